//! Arithmetic of small neural networks, the same to the bit on every machine.
//!
//! [`float`] has matrix products and bounded functions in `f32`, for training and in part for networks that ship; [`integer`]
//! has products of 8-bit numbers, for networks that ship, and [`integer::widely`], which compiles work for the widest vectors
//! that a processor has; [`random`] the numbers that training draws. Nothing here knows what a network is for.
//!
//! ```
//! use chancery_kernels::integer::{Rows, Tiles, products};
//! // Two rows of sixteen numbers, and a matrix that adds them up, sixteen times.
//! let x: Vec<f32> = (0..32).map(|k| if k < 16 { 1.0 } else { -0.5 }).collect();
//! let w = Tiles::new(16, vec![1.0; 16], |_, _| 1);
//! let y = products(&Rows::round(&x, 16), &w);
//! assert!((y[0] - 16.0).abs() < 1e-3 && (y[16] + 8.0).abs() < 1e-3);
//! ```

// Loops over several lists at one place are clearer with a number than with nested zips.
#![allow(clippy::needless_range_loop)]

pub mod float;
pub mod integer;
pub mod random;
