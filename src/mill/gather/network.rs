//! Whether the network here is at fault: nobody that was asked could be connected to. Then no source is to
//! blame, and all are asked again in the next pass.

use super::visit::Visited;

/// The visits of a pass, as far as they tell something of the network here.
#[derive(Default)]
pub(super) struct Network {
    /// Somebody has answered.
    is_up: bool,
    /// Visits that reached nobody, until somebody answers.
    unreached: Vec<Visited>,
}

impl Network {
    /// Takes a visit, and gives those that count, now that more is known.
    pub(super) fn admit(&mut self, visited: Visited) -> Vec<Visited> {
        match visited.has_reached_somebody() {
            Some(false) if !self.is_up => {
                self.unreached.push(visited);
                Vec::new()
            }
            Some(true) => {
                self.is_up = true;
                let mut all = std::mem::take(&mut self.unreached);
                all.push(visited);
                all
            }
            _ => vec![visited],
        }
    }

    /// Whether somebody has answered.
    pub(super) fn is_up(&self) -> bool {
        self.is_up
    }

    /// The visits that are left at the end, and whether the network here is at fault for them. Sources
    /// that have all failed before do not show that: a server that is down for good may be the only one
    /// that is due.
    pub(super) fn verdict(self) -> (bool, Vec<Visited>) {
        let is_at_fault = self.unreached.iter().any(Visited::is_first_failure);
        (is_at_fault, self.unreached)
    }
}
