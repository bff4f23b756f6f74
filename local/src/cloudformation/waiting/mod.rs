//! Wait conditions: a stack waits until programs outside of it have sent their signals.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html>

mod condition;
mod handle;
mod signals;

pub(crate) use self::condition::WaitCondition;
pub(crate) use self::handle::WaitConditionHandle;
pub(crate) use self::signals::{Signals, router};
