//! Labels in a row: which may follow which, the best sequence, and the probabilities that training needs.
//!
//! `N` labels: 0 is outside, an odd one begins a stretch, the even one after it goes on (BIO). Method: the Viterbi
//! algorithm, and the forward and backward sums of a linear-chain conditional random field (Lafferty et al., ICML 2001).

/// True where `next` may follow `label`; `None` is the start of a sentence.
pub fn may_follow(label: Option<usize>, next: usize) -> bool {
    let inside = next > 0 && next.is_multiple_of(2);
    !inside || label.is_some_and(|l| l == next || l + 1 == next)
}

/// The best labels for the scores of a sentence's words; of equally good ones the first. Integers, so that labels are the
/// same on every machine. `transitions`: from label, to label.
pub fn viterbi<const N: usize>(scores: &[[i32; N]], transitions: &[[i32; N]; N]) -> Vec<u8> {
    /// A score that no sequence outweighs.
    const NEVER: i32 = -1_000_000;
    let mut best = [0i32; N];
    let mut back: Vec<[u8; N]> = Vec::with_capacity(scores.len());
    for (i, score) in scores.iter().enumerate() {
        let mut next = [NEVER; N];
        let mut from = [0u8; N];
        for to in 0..N {
            if i == 0 {
                next[to] = if may_follow(None, to) { score[to] } else { NEVER };
                continue;
            }
            let reach = |l: usize| if may_follow(Some(l), to) { best[l] + transitions[l][to] } else { NEVER * 2 };
            let mut top = 0;
            for l in 1..N {
                if reach(l) > reach(top) {
                    top = l;
                }
            }
            next[to] = reach(top).saturating_add(score[to]);
            from[to] = top as u8;
        }
        best = next;
        back.push(from);
    }
    let mut label = (0..N).max_by_key(|&l| (best[l], std::cmp::Reverse(l))).unwrap_or(0);
    let mut labels = vec![0; scores.len()];
    for i in (0..scores.len()).rev() {
        labels[i] = label as u8;
        label = usize::from(back[i][label]);
    }
    labels
}

/// Probabilities of a sentence's labels, by the forward and backward sums.
#[derive(Debug)]
pub struct Chain<const N: usize> {
    forward: Vec<[f32; N]>,
    backward: Vec<[f32; N]>,
    total: f32,
}

const NEVER: f32 = -1e9;

impl<const N: usize> Chain<N> {
    /// Of the words' scores, at least one, and of labels that follow each other.
    pub fn new(scores: &[[f32; N]], transitions: &[[f32; N]; N]) -> Self {
        let n = scores.len();
        let mut forward = vec![[NEVER; N]; n];
        let mut backward = vec![[0.0; N]; n];
        for to in (0..N).filter(|&l| may_follow(None, l)) {
            forward[0][to] = scores[0][to];
        }
        for i in 1..n {
            for to in 0..N {
                let reach = |from: usize| step(from, to, forward[i - 1][from], transitions);
                forward[i][to] = log_sum::<N>(reach) + scores[i][to];
            }
        }
        for i in (1..n).rev() {
            for from in 0..N {
                let reach = |to: usize| step(from, to, backward[i][to] + scores[i][to], transitions);
                backward[i - 1][from] = log_sum::<N>(reach);
            }
        }
        let last = forward[n - 1];
        Chain { total: log_sum::<N>(|l| last[l]), forward, backward }
    }

    /// The logarithm of the sum over all sequences of labels.
    pub fn total(&self) -> f32 {
        self.total
    }

    /// The probability of each label of word `i`.
    pub fn share(&self, i: usize) -> [f32; N] {
        std::array::from_fn(|l| (self.forward[i][l] + self.backward[i][l] - self.total).exp())
    }

    /// The probability of each pair of labels of words `i - 1` and `i`.
    pub fn pair(&self, i: usize, scores: &[[f32; N]], transitions: &[[f32; N]; N]) -> [[f32; N]; N] {
        std::array::from_fn(|from| {
            std::array::from_fn(|to| {
                let after = scores[i][to] + self.backward[i][to] - self.total;
                (step(from, to, self.forward[i - 1][from], transitions) + after).exp()
            })
        })
    }
}

fn step<const N: usize>(from: usize, to: usize, score: f32, transitions: &[[f32; N]; N]) -> f32 {
    if may_follow(Some(from), to) { score + transitions[from][to] } else { NEVER }
}

fn log_sum<const N: usize>(term: impl Fn(usize) -> f32) -> f32 {
    let mut top = f32::MIN;
    for l in 0..N {
        top = top.max(term(l));
    }
    let mut sum = 0.0;
    for l in 0..N {
        sum += (term(l) - top).exp();
    }
    top + sum.ln()
}

/// One step of AdaGrad (Duchi et al., JMLR 2011) for the weights of a feature; `squares` sums what the gradients were.
pub fn adagrad<const N: usize>(weights: &mut [f32; N], squares: &mut [f32; N], gradient: &[f32; N], rate: f32) {
    for k in 0..N {
        let g = gradient[k];
        squares[k] += g * g;
        weights[k] -= rate * g / (squares[k].sqrt() + 1e-6);
    }
}

/// Xorshift: the same numbers on every run.
#[derive(Debug)]
pub struct Random(pub u64);

impl Random {
    /// The next 32 bits.
    pub fn bits(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as u32
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.bits()) * n as u64) >> 32) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_needs_what_begins() {
        // labels: outside, begins, goes on
        let transitions = [[0; 3]; 3];
        assert_eq!(viterbi(&[[0, 0, 9], [0, 1, 9]], &transitions), [1, 2]);
        assert_eq!(viterbi(&[[5, 0, 4], [5, 0, 4]], &transitions), [0, 0]);
    }

    #[test]
    fn shares_are_probabilities_and_pairs_sum_to_them() {
        let scores = [[0.1, 0.7, 0.0], [0.3, -0.2, 1.0], [0.0, 0.5, 0.5]];
        let transitions = [[0.2, 0.0, 0.0], [0.0, -0.5, 0.4], [0.1, 0.0, 0.3]];
        let chain = Chain::new(&scores, &transitions);
        for i in 0..3 {
            assert!((chain.share(i).iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
        let pair = chain.pair(2, &scores, &transitions);
        for (to, share) in chain.share(2).into_iter().enumerate() {
            let sum: f32 = pair.iter().map(|row| row[to]).sum();
            assert!((sum - share).abs() < 1e-5);
        }
    }
}
