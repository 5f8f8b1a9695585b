use std::io;

use wire::{Code, ParseError};

use super::super::event::{Event, Failure};
use super::super::system_error::{code_of, describe};
use super::{Connection, Context, Phase};

/// How a connection ends before its time, and what is told of it.
impl Connection {
    pub(super) fn drop_idle(&mut self, context: &mut Context) {
        self.is_over = true;
        self.was_idle = true;
        context.completions.push(Event::Gone, self.id, [0; 3], &[]);
    }

    pub(super) fn fail_parse(&mut self, error: &ParseError, context: &mut Context) {
        if error.code == Code::Truncated && self.parser.offset() == 0 {
            self.fail(
                Failure::Closed,
                0,
                &format!("\n0\n{}", error.message),
                context,
            );
            return;
        }
        let text = format!("{}\n{}\n{}", error.code.name(), error.offset, error.message);
        self.fail(Failure::RemoteProtocol, 0, &text, context);
    }

    /// `text` is a name, LF, and words.
    pub(super) fn fail_tls(&mut self, text: &str, context: &mut Context) {
        if self.phase == Phase::Securing {
            self.is_over = true;
            context
                .completions
                .push(Event::SecureFailed, self.id, [0; 3], text.as_bytes());
            return;
        }
        let (name, words) = text.split_once('\n').unwrap_or(("", text));
        self.fail(Failure::Tls, 0, &format!("{name}\n0\n{words}"), context);
    }

    pub(super) fn fail_system(
        &mut self,
        failure: Failure,
        error: &io::Error,
        context: &mut Context,
    ) {
        let text = describe(error);
        if self.phase == Phase::Securing {
            self.fail_tls(&text, context);
            return;
        }
        let (name, words) = text.split_once('\n').unwrap_or(("", &text));
        self.fail(
            failure,
            code_of(error),
            &format!("{name}\n0\n{words}"),
            context,
        );
    }

    pub(super) fn fail(&mut self, failure: Failure, code: u32, text: &str, context: &mut Context) {
        let is_idle = self.end_session(context) && self.exchange.take().is_none();
        if is_idle && self.phase == Phase::Http {
            self.drop_idle(context);
            return;
        }
        self.is_over = true;
        let has_octets = u32::from(self.parser.offset() > 0);
        let words = [failure as u32, has_octets, code];
        context
            .completions
            .push(Event::Failed, self.id, words, text.as_bytes());
    }
}
