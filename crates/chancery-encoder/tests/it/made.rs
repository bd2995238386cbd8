//! A `safetensors` file of an untrained model, as Hugging Face's `BertModel` names and lays out its tensors.

use super::SHAPE;
use chancery_encoder::{Shape, Weights};
use chancery_kernels::random::Random;
use serde_json::{Map, Value, json};

/// The model.
pub fn model() -> Weights {
    Weights::read_safetensors(&file(), SHAPE).unwrap()
}

/// The file; the same bytes each time.
pub fn file() -> Vec<u8> {
    let mut random = Random::new(11);
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (name, sizes) in tensors() {
        let (start, n) = (data.len(), sizes.iter().product());
        let inputs = sizes[sizes.len() - 1] as f32;
        let number = match () {
            _ if name.ends_with("LayerNorm.weight") => |random: &mut Random, _| 1.0 + 0.1 * random.bell(),
            _ if name.contains("embeddings") || sizes.len() == 1 => |random: &mut Random, _| 0.1 * random.bell(),
            _ => |random: &mut Random, inputs: f32| random.bell() / inputs.sqrt(),
        };
        data.extend((0..n).flat_map(|_: usize| number(&mut random, inputs).to_le_bytes()));
        header.insert(name, json!({"dtype": "F32", "shape": sizes, "data_offsets": [start, data.len()]}));
    }
    let mut header = Value::Object(header).to_string();
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}

/// Names and sizes.
fn tensors() -> Vec<(String, Vec<usize>)> {
    let Shape { vocabulary, positions, width, inner, layers, .. } = SHAPE;
    let rows = [("word_embeddings", vocabulary), ("position_embeddings", positions), ("token_type_embeddings", 2)];
    let mut all: Vec<_> = rows.map(|(name, n)| (format!("embeddings.{name}.weight"), vec![n, width])).into();
    let mut with_bias = |name: String, sizes: Vec<usize>| {
        all.extend([(format!("{name}.bias"), vec![sizes[0]]), (format!("{name}.weight"), sizes)]);
    };
    with_bias("embeddings.LayerNorm".into(), vec![width]);
    for l in 0..layers {
        for (name, sizes) in [
            ("attention.self.query", vec![width, width]),
            ("attention.self.key", vec![width, width]),
            ("attention.self.value", vec![width, width]),
            ("attention.output.dense", vec![width, width]),
            ("attention.output.LayerNorm", vec![width]),
            ("intermediate.dense", vec![inner, width]),
            ("output.dense", vec![width, inner]),
            ("output.LayerNorm", vec![width]),
        ] {
            with_bias(format!("encoder.layer.{l}.{name}"), sizes);
        }
    }
    all
}
