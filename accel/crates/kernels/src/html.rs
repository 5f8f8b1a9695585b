use crate::fault::Fault;
pub(crate) fn extract(_: &[u8], _: &[u8], _: usize, _: &mut Vec<u8>) -> Result<(), Fault> {
    Ok(())
}
