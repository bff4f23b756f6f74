//! The bucket, key and parameters that a request or a URL names.

use axum::http::Uri;
use percent_encoding::percent_decode_str;

/// What a request names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Empty if no bucket is named.
    pub(super) bucket: String,
    pub(super) key: Option<String>,
    parameters: Vec<(String, String)>,
}

impl Address {
    /// The address of a request: the bucket is in the host name (`BUCKET.localhost`) or the first
    /// part of the path. `None` if the path is not UTF-8.
    pub(super) fn of_request(host: &str, uri: &Uri) -> Option<Self> {
        let path = uri.path().strip_prefix('/').unwrap_or(uri.path());
        let (bucket, key) = match bucket_of_host(host) {
            Some(bucket) => (bucket, path),
            None => path.split_once('/').unwrap_or((path, "")),
        };
        let key = percent_decode_str(key).decode_utf8().ok()?;
        let bucket = percent_decode_str(bucket).decode_utf8().ok()?;
        let query = uri.query().unwrap_or("");
        Some(Self {
            bucket: bucket.into_owned(),
            key: (!key.is_empty()).then(|| key.into_owned()),
            parameters: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        })
    }

    /// The address of `https://…` at S3, or of a URL at the endpoint of the local AWS.
    pub(super) fn of_url(url: &str, endpoint: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let host = uri.authority()?.as_str();
        let is_here = endpoint.ends_with(&format!("//{host}")) || bucket_of_host(host).is_some();
        if !is_here && !is_s3(host) {
            return None;
        }
        Self::of_request(host, &uri).filter(|address| !address.bucket.is_empty())
    }

    /// The value of a parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let (_, value) = parameters.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// Whether the query has a parameter.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parameter(name).is_some()
    }

    /// The number in a parameter, or `default`.
    pub(super) fn number(&self, name: &str, default: usize) -> Option<usize> {
        match self.parameter(name) {
            None | Some("") => Some(default),
            Some(text) => text.parse().ok(),
        }
    }
}

/// `s3.eu-central-1.amazonaws.com` and the older names of S3 itself.
fn is_s3(host: &str) -> bool {
    (host.starts_with("s3.") || host.starts_with("s3-")) && is_aws(host)
}

fn is_aws(host: &str) -> bool {
    host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn")
}

/// The bucket in a host name: `BUCKET.s3.eu-central-1.amazonaws.com`, `BUCKET.localhost`.
fn bucket_of_host(host: &str) -> Option<&str> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if let Some(bucket) = name.strip_suffix(".localhost") {
        return Some(bucket.strip_suffix(".s3").unwrap_or(bucket));
    }
    let (bucket, rest) = name
        .split_once(".s3.")
        .or_else(|| name.split_once(".s3-"))?;
    is_aws(&format!(".{rest}")).then_some(bucket)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(address: Option<Address>) -> Option<(String, Option<String>)> {
        address.map(|address| (address.bucket, address.key))
    }

    fn place(bucket: &str, key: Option<&str>) -> (String, Option<String>) {
        (bucket.to_owned(), key.map(str::to_owned))
    }

    #[test]
    fn a_request_names_its_bucket_in_the_path_or_in_the_host() {
        let request =
            |host: &str, uri: &str| named(Address::of_request(host, &uri.parse().unwrap()));
        let here = "127.0.0.1:4566";
        assert_eq!(request(here, "/"), Some(place("", None)));
        assert_eq!(request(here, "/bucket"), Some(place("bucket", None)));
        assert_eq!(request(here, "/bucket/"), Some(place("bucket", None)));
        assert_eq!(
            request(here, "/bucket/a/b%20c+d"),
            Some(place("bucket", Some("a/b c+d")))
        );
        assert_eq!(
            request("bucket.localhost:4566", "/a/b"),
            Some(place("bucket", Some("a/b")))
        );
        assert_eq!(
            request("bucket.s3.localhost", "/a"),
            Some(place("bucket", Some("a")))
        );
        assert_eq!(request(here, "/bucket/%ff"), None);
    }

    #[test]
    fn a_url_must_be_one_of_s3() {
        let url = |url: &str| named(Address::of_url(url, "http://127.0.0.1:4566"));
        let expected = Some(place("bucket", Some("dir/key.json")));
        for good in [
            "https://bucket.s3.eu-central-1.amazonaws.com/dir/key.json",
            "https://bucket.s3.amazonaws.com/dir/key.json",
            "https://bucket.s3-eu-west-1.amazonaws.com/dir/key.json",
            "https://s3.eu-central-1.amazonaws.com/bucket/dir/key.json",
            "https://s3.amazonaws.com/bucket/dir/key.json",
            "http://127.0.0.1:4566/bucket/dir/key.json",
        ] {
            assert_eq!(url(good), expected, "{good}");
        }
        for wrong in [
            "https://example.com/bucket/key",
            "words",
            "",
            "/bucket/key",
            "https://s3.amazonaws.com/",
        ] {
            assert_eq!(url(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn parameters_may_have_no_value() {
        let address =
            Address::of_request("h", &"/b?list-type=2&location&max-keys=x".parse().unwrap())
                .unwrap();
        assert_eq!(address.parameter("list-type"), Some("2"));
        assert!(address.has("location") && !address.has("versions"));
        assert_eq!(address.number("missing", 1000), Some(1000));
        assert_eq!(address.number("max-keys", 1000), None);
    }
}
