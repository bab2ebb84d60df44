package io.github.ssestarter;

/**
 * The names of topics. A topic needs no declaration: it is there while a stream has
 * joined it. In a name {@code /} separates the levels; {@code * ? { }} are kept for
 * patterns and control characters for nothing, so that a name made of user input is a
 * name or is refused, and never more than that.
 *
 * @since 0.1.0
 */
public final class SseTopic {

	/**
	 * The characters that make a pattern of a text, and that no name has.
	 */
	public static final String WILDCARDS = "*?{}";

	private SseTopic() {
	}

	/**
	 * Checks the name of a topic.
	 * @param name the name
	 * @return the same name
	 * @throws SseTopicException if the name is empty, or holds a control character or one
	 * of {@code * ? { }}
	 */
	public static String requireName(String name) {
		if (name.isEmpty()) {
			throw new SseTopicException("The name of a topic is empty");
		}
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if (Character.isISOControl(c)) {
				throw new SseTopicException(
						"The name of a topic holds the control character U+%04X at index %d".formatted((int) c, i));
			}
			if (WILDCARDS.indexOf(c) >= 0) {
				throw new SseTopicException("The name of a topic holds '" + c + "' at index " + i
						+ ": * ? { } are kept for patterns, a topic's name is exact");
			}
		}
		return name;
	}

}
