package io.github.ssestarter;

/**
 * What a run does: see {@link SseRuns}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SseRunBody {

	/**
	 * Does it. The run has ended when this returns, or throws.
	 * @param run where it sends
	 * @throws Exception if it fails: that is logged, and told to clients as
	 * {@link SseCloseReason#FAILED}
	 */
	void run(SseRun run) throws Exception;

}
