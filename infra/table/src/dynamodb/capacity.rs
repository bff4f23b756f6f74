use crate::item::{Json, Reason};

/// Reads the capacity units of a `ConsumedCapacity`.
pub(crate) fn read(json: &mut Json<'_>) -> Result<f64, Reason> {
    let mut units = 0.0;
    json.members(|json, name| {
        let text = json.skip()?;
        if name == "CapacityUnits" {
            units = text.parse().unwrap_or(units);
        }
        Ok(())
    })?;
    Ok(units)
}
