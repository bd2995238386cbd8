//! The encoder in the plainest way, in 64 bits, from the bytes of a `safetensors` file.

use super::SHAPE;
use serde_json::Value;

/// A file's tensors.
struct Tensors<'a> {
    header: Value,
    data: &'a [u8],
}

impl Tensors<'_> {
    fn get(&self, name: &str) -> Vec<f64> {
        let place = &self.header[name]["data_offsets"];
        let (start, end) = (place[0].as_u64().unwrap() as usize, place[1].as_u64().unwrap() as usize);
        self.data[start..end].as_chunks().0.iter().map(|b| f64::from(f32::from_le_bytes(*b))).collect()
    }

    fn dense(&self, name: &str, x: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let (weights, bias) = (self.get(&format!("{name}.weight")), self.get(&format!("{name}.bias")));
        let outputs = |row: &Vec<f64>| {
            let sums = weights.chunks(row.len()).zip(&bias);
            sums.map(|(w, b)| w.iter().zip(row).map(|(w, x)| w * x).sum::<f64>() + b).collect()
        };
        x.iter().map(outputs).collect()
    }

    fn norm(&self, name: &str, x: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let (gain, bias) = (self.get(&format!("{name}.weight")), self.get(&format!("{name}.bias")));
        let normed = |row: &Vec<f64>| {
            let mean = row.iter().sum::<f64>() / row.len() as f64;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row.len() as f64;
            let place = row.iter().zip(gain.iter().zip(&bias));
            place.map(|(x, (g, b))| (x - mean) / (variance + 1e-12).sqrt() * g + b).collect()
        };
        x.iter().map(normed).collect()
    }
}

fn sum(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    a.iter().zip(b).map(|(a, b)| a.iter().zip(b).map(|(a, b)| a + b).collect()).collect()
}

/// With the error function as a series.
fn gelu(x: f64) -> f64 {
    let z = x / std::f64::consts::SQRT_2;
    let mut term = z;
    let mut erf = z;
    for n in 1..200 {
        term *= -z * z / f64::from(n);
        erf += term / f64::from(2 * n + 1);
    }
    0.5 * x * (1.0 + erf * std::f64::consts::FRAC_2_SQRT_PI)
}

/// The last layer's states.
pub fn encode(file: &[u8], pieces: &[u32]) -> Vec<Vec<f64>> {
    let len = u64::from_le_bytes(*file.first_chunk().unwrap()) as usize;
    let tensors = Tensors { header: serde_json::from_slice(&file[8..8 + len]).unwrap(), data: &file[8 + len..] };
    let width = SHAPE.width;
    let table = |name: &str| tensors.get(&format!("embeddings.{name}_embeddings.weight"));
    let (words, positions, segments) = (table("word"), table("position"), table("token_type"));
    let embed = |(t, piece): (usize, &u32)| {
        (0..width).map(|k| words[*piece as usize * width + k] + positions[t * width + k] + segments[k]).collect()
    };
    let rows: Vec<Vec<f64>> = pieces.iter().enumerate().map(embed).collect();
    let mut x = tensors.norm("embeddings.LayerNorm", &rows);
    for l in 0..SHAPE.layers {
        let name = |rest: &str| format!("encoder.layer.{l}.{rest}");
        let [q, k, v] =
            ["query", "key", "value"].map(|part| tensors.dense(&name(&format!("attention.self.{part}")), &x));
        let head = width / SHAPE.heads;
        let mut context = vec![vec![0.0; width]; x.len()];
        for h in 0..SHAPE.heads {
            let own = h * head..(h + 1) * head;
            for i in 0..x.len() {
                let score = |j: usize| own.clone().map(|c| q[i][c] * k[j][c]).sum::<f64>() / (head as f64).sqrt();
                let shares: Vec<f64> = (0..x.len()).map(|j| score(j).exp()).collect();
                let all: f64 = shares.iter().sum();
                for c in own.clone() {
                    context[i][c] = (0..x.len()).map(|j| shares[j] * v[j][c]).sum::<f64>() / all;
                }
            }
        }
        let out = tensors.dense(&name("attention.output.dense"), &context);
        x = tensors.norm(&name("attention.output.LayerNorm"), &sum(&out, &x));
        let mut inner = tensors.dense(&name("intermediate.dense"), &x);
        inner.iter_mut().flatten().for_each(|x| *x = gelu(*x));
        let out = tensors.dense(&name("output.dense"), &inner);
        x = tensors.norm(&name("output.LayerNorm"), &sum(&out, &x));
    }
    x
}
