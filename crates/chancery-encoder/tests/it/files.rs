use super::made::model;
use super::{SHAPE, made, sequence};
use chancery_encoder::{EncoderError, Quantized, Shape, Weights};

#[test]
fn what_is_written_is_read() {
    let small = Quantized::round(&model());
    let bytes = small.write();
    let read = Quantized::read(&bytes).unwrap();
    assert_eq!(read.shape(), SHAPE);
    assert_eq!(read.write(), bytes);
    let pieces = sequence(20, 3);
    assert_eq!(read.encode(&pieces), small.encode(&pieces));
}

#[test]
fn a_damaged_small_file_is_an_error() {
    let bytes = Quantized::round(&model()).write();
    for cut in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        assert!(Quantized::read(&bytes[..cut]).is_err(), "{cut}");
    }
    let error = |bytes: &[u8]| Quantized::read(bytes).unwrap_err().to_string();
    assert!(error(&[&bytes[..], &[0]].concat()).contains("goes on behind its end"));
    assert!(error(b"CHENC002").contains("no encoder of this version"));
    for (at, what) in [(28, "ends too early"), (16, "multiples of 16"), (20, "zero"), (11, "too large")] {
        let mut wrong = bytes.clone();
        wrong[at] = if what == "zero" { 0 } else { wrong[at] + 1 };
        assert!(error(&wrong).contains(what), "{at} {}", error(&wrong));
    }
    // The last bias becomes none.
    let mut wrong = bytes.clone();
    let end = wrong.len();
    wrong[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    assert!(error(&wrong).contains("not a number"));
}

#[test]
fn a_damaged_weights_file_names_the_tensor() {
    let file = made::file();
    for cut in [0, 7, 8, 100, file.len() / 2, file.len() - 1] {
        assert!(Weights::read_safetensors(&file[..cut], SHAPE).is_err(), "{cut}");
    }
    let error = |file: &[u8], shape: Shape| Weights::read_safetensors(file, shape).unwrap_err();
    let more = Shape { layers: 3, ..SHAPE };
    assert_eq!(
        error(&file, more),
        EncoderError::MissingTensor { name: "encoder.layer.2.attention.output.LayerNorm.weight".into() }
    );
    let wide = Shape { inner: 128, ..SHAPE };
    assert_eq!(
        error(&file, wide),
        EncoderError::TensorSizes {
            name: "encoder.layer.0.intermediate.dense.weight".into(),
            expected: vec![128, 32],
            found: vec![64, 32],
        }
    );
    assert_eq!(error(&file, Shape { heads: 3, ..SHAPE }).to_string().split(':').count(), 2);
    let mut long = file.clone();
    long[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(matches!(error(&long, SHAPE), EncoderError::Header(_)));
    let replace = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = file.windows(from.len()).position(|w| w == from.as_bytes()).unwrap();
        let mut file = file.clone();
        file[at..at + to.len()].copy_from_slice(to.as_bytes());
        error(&file, SHAPE).to_string()
    };
    assert!(replace("\"F32\"", "\"F16\"").contains("word_embeddings.weight is wrong: its numbers are not of 32 bits"));
    assert!(replace("[0,6400]", "[1,6400]").contains("another size"));
    assert!(replace("[0,6400]", "[9,  -1]").contains("no place"));
    assert!(replace("[50,32]", "[32,50]").contains("[32, 50], not [50, 32]"));
    assert!(replace("{\"", "[\"").contains("no JSON"));
}
