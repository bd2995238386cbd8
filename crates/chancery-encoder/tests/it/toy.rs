use super::{SHAPE, model};
use chancery_encoder::{EncoderError, Objective, Progress, Quantized, Schedule, train};
use chancery_kernels::float::exp;

/// Says of the first state whether the sequence has piece 5 before piece 6: a logistic regression on the state.
struct Order<'a>(&'a [Vec<u32>]);

impl Order<'_> {
    fn gold(&self, example: usize) -> bool {
        let pieces = &self.0[example];
        pieces.iter().position(|p| *p == 5) < pieces.iter().position(|p| *p == 6)
    }
}

impl Objective for Order<'_> {
    fn loss(&self, example: usize, states: &[f32], d: &mut [f32], d_heads: &mut [f32], heads: &[f32]) -> f64 {
        let (weights, bias) = heads.split_at(SHAPE.width);
        let sign = if self.gold(example) { 1.0 } else { -1.0 };
        let score = sign * (weights.iter().zip(states).map(|(w, x)| w * x).sum::<f32>() + bias[0]);
        let e = exp(-score.abs());
        let wrong = if score > 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) };
        for (k, w) in weights.iter().enumerate() {
            d[k] = -wrong * sign * w;
            d_heads[k] -= wrong * sign * states[k];
        }
        d_heads[SHAPE.width] -= wrong * sign;
        f64::from((-score).max(0.0)) + f64::from(e).ln_1p()
    }
}

fn examples() -> Vec<Vec<u32>> {
    let example = |k: usize| {
        let n = 4 + k % 9;
        let mut pieces: Vec<u32> = (0..n).map(|t| (10 + (t * 7 + k * 3) % 30) as u32).collect();
        let (a, b) = (1 + k % (n - 1), 1 + (k / 5 + 1 + k % (n - 1)) % (n - 1));
        pieces[a] = 5;
        pieces[if a == b { 0 } else { b }] = 6;
        pieces
    };
    (0..200).map(example).collect()
}

const SCHEDULE: Schedule = Schedule {
    epochs: 12,
    batch: 20,
    rate: 3e-3,
    heads_rate: 1e-2,
    warmup: 0.1,
    decay: 0.01,
    dropout: 0.1,
    frozen: 0,
    seed: 4,
};

/// The model's bytes, the caller's parameters, and the mean loss of each pass.
fn learn(schedule: &Schedule) -> (Vec<u8>, Vec<f32>, Vec<f64>) {
    let (mut weights, examples) = (model(), examples());
    let mut heads = vec![0.0; SHAPE.width + 1];
    let mut losses = vec![0.0; schedule.epochs];
    let mut told = 0;
    let progress = |at: Progress<'_>| {
        told += 1;
        assert_eq!((at.step, at.steps, at.heads.len()), (told, schedule.epochs * 10, SHAPE.width + 1));
        losses[at.epoch] += at.loss / 10.0;
    };
    train(&mut weights, &mut heads, &examples, &Order(&examples), schedule, progress).unwrap();
    (weights.write_safetensors(), heads, losses)
}

#[test]
fn training_lowers_the_loss_with_the_same_bytes_each_time() {
    let (bytes, heads, losses) = learn(&SCHEDULE);
    assert!(losses[0] > 0.4 && losses[11] < 0.2, "{losses:?}");
    let again = learn(&SCHEDULE);
    assert!(again.0 == bytes && again.1 == heads && again.2 == losses);
}

#[test]
fn frozen_layers_stay() {
    let schedule = Schedule { epochs: 1, frozen: 1, ..SCHEDULE };
    let (bytes, heads, _) = learn(&schedule);
    let start = model().write_safetensors();
    let header = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    let text: serde_json::Value = serde_json::from_slice(&bytes[8..8 + header]).unwrap();
    for (name, entry) in text.as_object().unwrap() {
        let place = |k: usize| 8 + header + entry["data_offsets"][k].as_u64().unwrap() as usize;
        let same = bytes[place(0)..place(1)] == start[place(0)..place(1)];
        // No slope leads to the keys' bias: it adds the same to all scores.
        if !name.ends_with("key.bias") {
            assert_eq!(same, !name.starts_with("encoder.layer.1"), "{name}");
        }
    }
    assert!(heads.iter().any(|h| *h != 0.0));
    let all_frozen = Schedule { frozen: 9, ..schedule };
    assert!(learn(&all_frozen).0 == start);
}

#[test]
fn what_was_learnt_holds_in_eight_bits() {
    let (mut weights, examples) = (model(), examples());
    let mut heads = vec![0.0; SHAPE.width + 1];
    let order = Order(&examples);
    train(&mut weights, &mut heads, &examples, &order, &SCHEDULE, |_| ()).unwrap();
    let small = Quantized::round(&weights);
    let right = |&k: &usize| {
        let states = small.encode(&examples[k]);
        let score = heads.iter().zip(&states[..SHAPE.width]).map(|(w, x)| w * x).sum::<f32>() + heads[SHAPE.width];
        (score > 0.0) == order.gold(k)
    };
    let right = (0..examples.len()).filter(right).count();
    assert!(right > 190, "{right} of 200");
}

#[test]
fn what_cannot_be_learnt_is_named() {
    let mut weights = model();
    let mut tell = |examples: &[Vec<u32>], schedule: &Schedule| {
        train(&mut weights, &mut [], examples, &Order(examples), schedule, |_| ()).unwrap_err()
    };
    let example = |what| EncoderError::Example { example: 1, what };
    assert_eq!(tell(&[vec![1], vec![]], &SCHEDULE), example("it has no pieces"));
    assert_eq!(tell(&[vec![1], vec![50]], &SCHEDULE), example("a piece is not in the vocabulary"));
    let long = example("it has more pieces than there are positions");
    assert_eq!(tell(&[vec![1], vec![1; 41]], &SCHEDULE), long);
    for wrong in [
        Schedule { batch: 0, ..SCHEDULE },
        Schedule { dropout: 1.0, ..SCHEDULE },
        Schedule { rate: f32::NAN, ..SCHEDULE },
        Schedule { decay: -1.0, ..SCHEDULE },
    ] {
        assert!(matches!(tell(&[vec![1]], &wrong), EncoderError::Schedule(_)));
    }
}
