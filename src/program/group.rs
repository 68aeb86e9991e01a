//! A program and those that it started. Where it is ended, they end with it: a shell that is killed leaves
//! behind what it waits for. Elsewhere than on Unix only the program itself is ended.

use tokio::process::{Child, Command};

/// Kills what is left when it is dropped.
#[derive(Debug)]
pub(super) struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    /// The program will lead a group.
    pub(super) fn begin(command: &mut Command) {
        #[cfg(unix)]
        command.process_group(0);
        #[cfg(not(unix))]
        let _ = command;
    }

    /// The group of a program that was begun so.
    pub(super) fn of(child: &Child) -> Self {
        #[cfg(not(unix))]
        let _ = child;
        Self {
            #[cfg(unix)]
            leader: child
                .id()
                .and_then(|id| rustix::process::Pid::from_raw(id.try_into().ok()?)),
        }
    }

    /// It has ended by itself: its number may be another's now.
    pub(super) fn has_ended(&mut self) {
        #[cfg(unix)]
        {
            self.leader = None;
        }
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            // One that is gone needs no signal.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}
