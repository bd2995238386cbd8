//! What all forms that change something have in common: the token of the page that they came from, and the time.

use super::{bad_query, problem};
use crate::guard::is_token;
use crate::state::Desk;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;

/// A form that carries the token of its page.
pub(super) trait Sent {
    /// What it carries.
    fn token(&self) -> &str;
}

/// The form, where it came from a page of this server.
pub(super) fn taken<T: Sent>(desk: &Desk, form: Result<Form<T>, FormRejection>) -> Result<T, Box<Response>> {
    match form {
        Ok(Form(sent)) if is_token(sent.token(), desk.token()) => Ok(sent),
        Ok(_) => Err(Box::new(stale(desk))),
        Err(wrong) => Err(Box::new(bad_query(desk, &wrong.body_text()))),
    }
}

/// The answer to a form with another token.
fn stale(desk: &Desk) -> Response {
    let why = "It came from a page of another run of this server. Go back, load the page again, and send it once more.";
    problem(desk, StatusCode::FORBIDDEN, "The form is out of date", why)
}

/// Now, as a ledger writes it.
pub(super) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
