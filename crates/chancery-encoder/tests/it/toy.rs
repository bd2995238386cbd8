use super::SHAPE;
use chancery_encoder::{EncoderError, Objective, Progress, Quantized, Schedule, Weights, train};
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

fn model() -> Weights {
    Weights::random(SHAPE, 11).unwrap()
}

const SCHEDULE: Schedule =
    Schedule { epochs: 12, batch: 20, rate: 3e-3, heads_rate: 1e-2, warmup: 0.1, decay: 0.01, dropout: 0.1, seed: 4 };

/// The weights, the caller's parameters, and the mean loss of each pass.
fn learn(schedule: &Schedule) -> (Weights, Vec<f32>, Vec<f64>) {
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
    (weights, heads, losses)
}

#[test]
fn training_lowers_the_loss_the_same_each_time() {
    let (weights, heads, losses) = learn(&SCHEDULE);
    assert!(losses[0] > 0.4 && losses[11] < 0.2, "{losses:?}");
    let again = learn(&SCHEDULE);
    assert!(again.0 == weights && again.1 == heads && again.2 == losses);
    assert!(weights != model());
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

/// Its slopes are none for the examples from here on.
struct Broken(usize);

impl Objective for Broken {
    fn loss(&self, example: usize, _: &[f32], d: &mut [f32], _: &mut [f32], _: &[f32]) -> f64 {
        d[0] = if example < self.0 { 0.01 } else { f32::NAN };
        0.0
    }
}

#[test]
fn gradients_that_stay_without_an_end_are_an_error() {
    let examples = examples();
    let schedule = Schedule { epochs: 1, batch: 1, ..SCHEDULE };
    let tell = |from| train(&mut model(), &mut [], &examples, &Broken(from), &schedule, |_| ());
    assert_eq!(tell(0), Err(EncoderError::NotFinite { step: 1 }));
    // One such step is left out.
    assert_eq!(tell(examples.len() - 1), Ok(()));
}
