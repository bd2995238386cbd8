use super::{SHAPE, model, reference, sequence};
use chancery_encoder::Quantized;

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn states_are_those_of_the_plainest_way() {
    let weights = model();
    let file = weights.write_safetensors();
    for n in [1, 2, 15, 16, 17, 40] {
        let pieces = sequence(n, n);
        let states = weights.encode(&pieces);
        assert_eq!(states.len(), n * SHAPE.width);
        for (x, y) in states.iter().zip(reference::encode(&file, &pieces).iter().flatten()) {
            assert!((f64::from(*x) - y).abs() < 2e-5, "{n}: {x} {y}");
        }
    }
}

#[test]
fn eight_bits_are_close_to_thirty_two() {
    let weights = model();
    let small = Quantized::round(&weights);
    for n in [1, 7, 40] {
        let pieces = sequence(n, n + 1);
        let (a, b) = (weights.encode(&pieces), small.encode(&pieces));
        for (a, b) in a.chunks(SHAPE.width).zip(b.chunks(SHAPE.width)) {
            assert!(cosine(a, b) > 0.99, "{}", cosine(a, b));
        }
    }
}

#[test]
fn a_sequence_gets_the_same_alone_and_among_others() {
    let small = Quantized::round(&model());
    let sequences: Vec<Vec<u32>> = (0..30).map(|k| sequence(k * 7 % 41, k)).collect();
    let lists: Vec<&[u32]> = sequences.iter().map(Vec::as_slice).collect();
    let all = small.encode_all(&lists);
    assert_eq!(all.len(), 30);
    for (pieces, states) in lists.iter().zip(&all) {
        assert_eq!(small.encode(pieces), *states);
        assert_eq!(states.len(), pieces.len() * SHAPE.width);
    }
    assert!(small.encode_all(&[]).is_empty());
}

#[test]
fn odd_sequences_have_states() {
    let weights = model();
    let small = Quantized::round(&weights);
    let long = sequence(99, 1);
    assert_eq!(small.encode(&long), small.encode(&long[..40]));
    assert_eq!(weights.encode(&long), weights.encode(&long[..40]));
    assert_eq!(small.encode(&[7, u32::MAX]), small.encode(&[7, 0]));
    assert_eq!(weights.encode(&[7, 50]), weights.encode(&[7, 0]));
    assert!(small.encode(&[]).is_empty() && weights.encode(&[]).is_empty());
}
