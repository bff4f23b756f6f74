use serde::Deserialize;

/// What a Scan response says besides its items.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    /// The key after which the next page starts, as DynamoDB JSON.
    pub(crate) last_key: Option<String>,
    pub(crate) scanned: u64,
    pub(crate) capacity: f64,
    /// How many responses broke off before, which did not say what they cost.
    pub(crate) lost: u64,
}

#[derive(Deserialize)]
struct Capacity {
    #[serde(rename = "CapacityUnits", default)]
    units: f64,
}

impl Totals {
    /// The totals of a page that broke off after the item with this key, if the key is known.
    pub(crate) fn up_to(last_key: Option<String>) -> Self {
        Self {
            last_key,
            ..Self::default()
        }
    }

    /// Takes in one field of the response. Fields that are unknown or malformed are passed over: the
    /// items are worth more than what they cost.
    pub(super) fn take(&mut self, name: &[u8], value: &str) {
        match name {
            b"LastEvaluatedKey" if value.contains('"') => self.last_key = Some(value.to_owned()),
            b"ScannedCount" => self.scanned = value.parse().unwrap_or(0),
            b"ConsumedCapacity" => {
                let capacity = serde_json::from_str::<Capacity>(value);
                self.capacity = capacity.map_or(0.0, |capacity| capacity.units);
            }
            _ => {}
        }
    }
}
