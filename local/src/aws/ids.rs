//! Ids and names in AWS's format.

use rand::RngExt as _;

/// The id of the one account of the local AWS.
pub(crate) const ACCOUNT: &str = "123456789012";

/// The partition of all ARNs.
pub(crate) const PARTITION: &str = "aws";

/// An id in EC2's format: `PREFIX-` and 17 hexadecimal digits.
pub(crate) fn ec2_id(prefix: &str) -> String {
    let digits: u128 = rand::rng().random();
    format!("{prefix}-{:017x}", digits >> 60)
}

/// Random letters and digits in upper case, like the end of a name that CloudFormation generates.
pub(crate) fn suffix(length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut random = rand::rng();
    (0..length)
        .map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())]))
        .collect()
}

/// A physical name in CloudFormation's format: `STACK-LOGICALID-RANDOM`.
pub(crate) fn generated_name(stack: &str, logical_id: &str) -> String {
    format!("{stack}-{logical_id}-{}", suffix(12))
}

/// 32 hexadecimal digits, as ECS and ELB end their ARNs.
pub(crate) fn hex_id(digits: usize) -> String {
    let random: u128 = rand::rng().random();
    let mut text = format!("{random:032x}");
    text.truncate(digits);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_aws() {
        let id = ec2_id("vpc");
        assert_eq!(id.len(), "vpc-".len() + 17, "{id}");
        assert_ne!(id, ec2_id("vpc"));
        assert_eq!(hex_id(16).len(), 16);
        assert!(generated_name("table", "Table").starts_with("table-Table-"));
    }
}
