package io.github.ssestarter.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.ssestarter.fanout.Commits;

/**
 * Spring's transactions, those that belong to a thread.
 */
final class TransactionCommits implements Commits {

	private static final Log logger = LogFactory.getLog(TransactionCommits.class);

	@Override
	public void whenEnded(Runnable committed, Runnable undone) {
		if (TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive()) {
			waiting().entries.add(new Action(committed, undone));
		}
		else {
			committed.run();
		}
	}

	/**
	 * What waits for the transaction. Spring keeps it, also while another one is inside
	 * it.
	 */
	private static Waiting waiting() {
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof Waiting waiting) {
				return waiting;
			}
		}
		Waiting waiting = new Waiting();
		TransactionSynchronizationManager.registerSynchronization(waiting);
		return waiting;
	}

	private sealed interface Entry permits Action, Savepoint {

	}

	private record Action(Runnable committed, Runnable undone) implements Entry {
	}

	private record Savepoint(Object savepoint) implements Entry {
	}

	private static final class Waiting implements TransactionSynchronization {

		/** In the order in which they came. */
		private final List<Entry> entries = new ArrayList<>();

		@Override
		public void savepoint(Object savepoint) {
			this.entries.add(new Savepoint(savepoint));
		}

		/**
		 * Of a savepoint that is not known all came after it.
		 */
		@Override
		public void savepointRollback(Object savepoint) {
			int kept = this.entries.size();
			while (kept > 0
					&& !(this.entries.get(kept - 1) instanceof Savepoint before && before.savepoint() == savepoint)) {
				kept--;
			}
			List<Entry> after = this.entries.subList(kept, this.entries.size());
			List<Entry> undone = List.copyOf(after);
			after.clear();
			run(undone, false);
		}

		@Override
		public void afterCompletion(int status) {
			run(this.entries, status == STATUS_COMMITTED);
		}

		private static void run(List<Entry> entries, boolean isCommitted) {
			for (Entry entry : entries) {
				if (entry instanceof Action action) {
					try {
						((isCommitted) ? action.committed() : action.undone()).run();
					}
					catch (RuntimeException ex) {
						logger.error("An event could not be sent after its transaction", ex);
					}
				}
			}
		}

	}

}
