use std::io;

use wire::http2::{Session, Settings};

use super::super::command::{self, ANY_CREDIT, Command, IS_LAST};
use super::super::event::Failure;
use super::super::frames::FrameReceiver;
use super::{Connection, Context, Fate, Phase};

/// HTTP/2 on a connection.
impl Connection {
    pub(super) fn begin_session(&mut self, octets: &[u8]) {
        let text = str::from_utf8(octets).unwrap_or_default();
        let mut numbers = text.split('\n').map(|number| number.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        let settings = Settings {
            stream_window: next(),
            connection_window: next(),
            max_frame_size: next(),
            header_table_size: next(),
        };
        self.session = Some(Box::new(Session::new(settings, self.limits)));
    }

    /// What is asked for leaves when the connection has its turn, together with what else is asked for by then.
    pub fn command_stream(&mut self, command: Command, context: &mut Context) -> Fate {
        let Some(session) = &mut self.session else {
            return self.fate();
        };
        let stream = command.a & !IS_LAST;
        let is_last = command.a & IS_LAST != 0;
        let amount = (command.b != ANY_CREDIT).then_some(command.b);
        match command.kind {
            command::STREAM => session.request(stream, command.octets, is_last, amount),
            command::STREAM_DATA => session.send(stream, command.octets, is_last),
            command::STREAM_TRAILERS => session.send_trailers(stream, command.octets),
            command::STREAM_GRANT => {
                let mut receiver = FrameReceiver {
                    id: self.id,
                    completions: context.completions,
                };
                session.grant(stream, amount, &mut receiver);
            }
            command::STREAM_RESET => session.reset(stream),
            _ => session.ping(),
        }
        Fate::GoesOn
    }

    pub(super) fn receive_frames(&mut self, octets: &[u8], context: &mut Context) {
        let Some(session) = &mut self.session else {
            return;
        };
        let mut receiver = FrameReceiver {
            id: self.id,
            completions: context.completions,
        };
        if let Err(error) = session.push(octets, &mut receiver) {
            // The other side may not listen any more; then it will not learn why.
            let _ = self.flush_session(context);
            let text = format!("\n0\n{}", error.reason);
            self.fail(Failure::RemoteProtocol, 0, &text, context);
        }
    }

    /// Writes until everything has left that may, or the other side takes no more.
    pub(super) fn flush_session(&mut self, context: &mut Context) -> io::Result<()> {
        let Some(session) = &mut self.session else {
            return Ok(());
        };
        if self.write_failure.is_some() {
            return Ok(());
        }
        let (socket, tls) = (&mut self.socket, &mut self.tls);
        let mut send = |octets: &[u8]| socket.write(octets);
        loop {
            session.fill(&mut FrameReceiver {
                id: self.id,
                completions: context.completions,
            });
            let out = session.out();
            if out.is_empty() {
                return tls.flush(&mut send);
            }
            let written = if tls.is_empty() {
                send(out)
            } else {
                tls.write(out, &mut send)
            };
            match written {
                Ok(length) => session.advance(length),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether no stream is left, once those are over whose response has come whole.
    pub(super) fn end_session(&mut self, context: &mut Context) -> bool {
        self.session.as_mut().is_none_or(|session| {
            session.finish(&mut FrameReceiver {
                id: self.id,
                completions: context.completions,
            });
            session.is_idle()
        })
    }

    /// What waits to be sent goes out as far as it can at once.
    pub(super) fn say_farewell(&mut self, context: &mut Context) {
        if self.phase == Phase::Http
            && let Some(session) = &mut self.session
        {
            session.say_goodbye();
            let _ = self.flush_session(context);
        }
    }
}
