//! The body of a request: in one piece or in signed chunks, and whether it arrived whole.

use axum::body::Bytes;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use sha2::Sha256;

use super::response::{failed, hex};
use crate::aws::AwsError;

/// The body without the frame of chunks, checked against the digests that the client gave.
///
/// # Errors
/// S3's error for a body that is cut off or changed.
pub(super) fn read(headers: &HeaderMap, body: Bytes) -> Result<Bytes, AwsError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let hash = header("x-amz-content-sha256").unwrap_or("");
    let body = if hash.starts_with("STREAMING-") {
        dechunked(&body).ok_or_else(|| {
            failed(
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP header.",
                400,
            )
        })?
    } else {
        body
    };
    if hash.len() == 64 && hash != hex(&Sha256::digest(&body)) {
        return Err(failed(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            400,
        ));
    }
    if let Some(given) = header("content-md5")
        && given != STANDARD.encode(Md5::digest(&body))
    {
        return Err(failed(
            "BadDigest",
            "The Content-MD5 you specified did not match what we received.",
            400,
        ));
    }
    Ok(body)
}

/// The data of `SIZE[;chunk-signature=…]`, a line end, the data, a line end, and so on, up to a
/// chunk of size 0 and trailing headers.
fn dechunked(body: &[u8]) -> Option<Bytes> {
    let mut data = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        let size = line.split(';').next()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        rest = &rest[end + 2..];
        if size == 0 {
            return Some(data.into());
        }
        let after = size.checked_add(2)?;
        data.extend_from_slice(rest.get(..size)?);
        rest = rest.get(after..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together() {
        let signed = b"5;chunk-signature=ab\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
        assert_eq!(dechunked(signed).unwrap(), "hello world");
        assert_eq!(dechunked(b"0\r\n\r\n").unwrap(), "");
        for cut in [
            &b""[..],
            b"5\r\nhel",
            b"5\r\nhello",
            b"zz\r\n",
            b"ffffffffffffffff\r\na\r\n",
        ] {
            assert_eq!(dechunked(cut), None, "{cut:?}");
        }
    }

    #[test]
    fn a_changed_body_is_refused() {
        let check = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            read(&headers, Bytes::from_static(b"hello")).map_err(|err| err.code)
        };
        let right = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assert!(check("x-amz-content-sha256", right).is_ok());
        assert!(check("x-amz-content-sha256", "UNSIGNED-PAYLOAD").is_ok());
        assert_eq!(
            check("x-amz-content-sha256", &right.replace('2', "3")).unwrap_err(),
            "XAmzContentSHA256Mismatch"
        );
        assert!(check("content-md5", "XUFAKrxLKna5cZ2REBfFkg==").is_ok());
        assert_eq!(check("content-md5", "AAAA").unwrap_err(), "BadDigest");
    }
}
