package io.github.ssestarter.runs;

/**
 * Makes a run one over all nodes: an SPI, asked before a run begins and told when it has
 * ended. Who implements it has {@link LocalRuns#stop} called on the node that runs it,
 * and completes the topic of a run whose node has died as failed.
 *
 * @since 0.1.0
 */
public interface RunNodes {

	/** There is this node alone. */
	RunNodes ALONE = new RunNodes() {

		@Override
		public boolean claim(String id) {
			return true;
		}

		@Override
		public void ended(String id) {
		}

		@Override
		public boolean stop(String id) {
			return false;
		}

	};

	/**
	 * Makes this node the one that runs it. May wait for a network.
	 * @param id the run
	 * @return whether no other node runs it, or has run it within the time for which that
	 * is known
	 */
	boolean claim(String id);

	/**
	 * A run has ended on this node.
	 * @param id the run
	 */
	void ended(String id);

	/**
	 * Has another node stop a run.
	 * @param id the run
	 * @return whether another node runs it
	 */
	boolean stop(String id);

}
