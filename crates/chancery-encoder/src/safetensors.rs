//! The `safetensors` format: the header's length in eight bytes, the header in JSON, then the numbers, lowest byte first.

use crate::EncoderError;
use serde_json::{Map, Value};

/// A file that was read.
pub(crate) struct Tensors<'a> {
    header: Map<String, Value>,
    data: &'a [u8],
}

impl<'a> Tensors<'a> {
    /// # Errors
    ///
    /// [`EncoderError::Header`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, EncoderError> {
        let header = EncoderError::Header;
        let (len, rest) = bytes.split_first_chunk::<8>().ok_or(header("the file ends within it"))?;
        let len = usize::try_from(u64::from_le_bytes(*len)).unwrap_or(usize::MAX);
        let (text, data) = rest.split_at_checked(len).ok_or(header("the file ends within it"))?;
        match serde_json::from_slice(text) {
            Ok(Value::Object(header)) => Ok(Tensors { header, data }),
            _ => Err(header("it is no JSON object")),
        }
    }

    /// The numbers of a tensor, row by row.
    ///
    /// # Errors
    ///
    /// When it is not there, has other sizes, or its data is not within the file or no number.
    pub fn floats(&self, name: &str, sizes: &[usize]) -> Result<Vec<f32>, EncoderError> {
        let entry = self.header.get(name).or_else(|| self.header.get(&format!("bert.{name}")));
        let entry = entry.ok_or_else(|| EncoderError::MissingTensor { name: name.into() })?;
        let wrong = |what| EncoderError::Tensor { name: name.into(), what };
        if entry.get("dtype").and_then(Value::as_str) != Some("F32") {
            return Err(wrong("its numbers are not of 32 bits (F32)"));
        }
        let found = numbers(entry.get("shape")).ok_or_else(|| wrong("it has no shape"))?;
        if found != sizes {
            return Err(EncoderError::TensorSizes { name: name.into(), expected: sizes.into(), found });
        }
        let place = numbers(entry.get("data_offsets"));
        let Some([start, end]) = place.as_deref() else {
            return Err(wrong("it has no place in the file"));
        };
        let bytes = self.data.get(*start..*end).ok_or_else(|| wrong("its place is not in the file"))?;
        if bytes.len() != 4 * sizes.iter().product::<usize>() {
            return Err(wrong("its place has another size than it"));
        }
        let list: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        if list.iter().all(|x| x.is_finite()) { Ok(list) } else { Err(wrong("a weight is not a number")) }
    }
}

fn numbers(list: Option<&Value>) -> Option<Vec<usize>> {
    let number = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
    list?.as_array()?.iter().map(number).collect()
}
