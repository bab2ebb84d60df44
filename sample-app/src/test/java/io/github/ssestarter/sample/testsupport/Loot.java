package io.github.ssestarter.sample.testsupport;

/**
 * Ids that the server gave to one client, for others to present.
 */
public final class Loot {

	private volatile String clientId = "made.up";

	private volatile String lastEventId = "1763624000000-5.k3f9ab";

	String clientId() {
		return this.clientId;
	}

	String lastEventId() {
		return this.lastEventId;
	}

	/**
	 * Takes what is in an answer.
	 */
	void take(String answer) {
		this.clientId = after(answer, "Sse-Client-Id: ", this.clientId);
		this.lastEventId = after(answer, "\nid: ", this.lastEventId);
	}

	private static String after(String answer, String label, String fallback) {
		int start = answer.indexOf(label) + label.length();
		int end = answer.indexOf('\n', start);
		return (start > label.length() - 1 && end > start) ? answer.substring(start, end).trim() : fallback;
	}

}
