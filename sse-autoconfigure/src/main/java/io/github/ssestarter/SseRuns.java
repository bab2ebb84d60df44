package io.github.ssestarter;

import java.util.Optional;

/**
 * Work that outlives the streams that hear it, such as a model's answer: each run sends
 * to a topic of its own. Who joins that hears the run from its start, or from where he
 * was; that a client goes does not stop it, and {@link #stop} does. An injectable bean.
 * All methods may be called from any thread.
 * <p>
 * As yet a run is of the node that started it, also with Redis: streams on all nodes hear
 * it, and none of the other nodes knows it, so they neither find nor stop it. A
 * {@link #start} with its id on another node starts a second run beside it. Both send to
 * one topic, and the first of them that ends completes it: what the other sends after
 * that is refused with an {@link IllegalStateException}.
 *
 * @since 0.1.0
 */
public interface SseRuns {

	/**
	 * Starts a run, unless this node has one with that id: at work, or ended within the
	 * last {@code sse.runs.keep}. Its body runs on the bean {@code sseTaskExecutor}, if
	 * there is one, else on a thread of its own, a virtual one where the application's
	 * are. It finds around it the login, and Micrometer's values, of the thread that
	 * calls this. Returns at once.
	 * @param id the id, of characters that the name of a topic may have; one that cannot
	 * be guessed, if whoever knows it may join
	 * @param body what it does
	 * @return the run, or the first one of that id
	 * @throws SseRunsFullException if there are {@code sse.runs.max} at work on this
	 * node, or {@code sse.runs.max-per-user} of the user whose request this is
	 * @throws SseTopicException if the id cannot be part of a topic's name
	 */
	SseRun start(String id, SseRunBody body);

	/**
	 * Stops a run: it is told so, by {@link SseRun#isStopped()} and
	 * {@link SseRun#onStop}, and interrupted if it is still at work after
	 * {@code sse.runs.stop-timeout}. Returns at once.
	 * @param id its id
	 * @return whether there is such a run at work on this node
	 */
	boolean stop(String id);

	/**
	 * Finds a run of this node that is at work, or has ended within the last
	 * {@code sse.runs.keep}.
	 * @param id its id
	 * @return the run, if it is known
	 */
	Optional<SseRun> find(String id);

}
