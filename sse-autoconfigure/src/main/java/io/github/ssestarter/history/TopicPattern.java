package io.github.ssestarter.history;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.Options;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * A pattern of topics: a {@link PathPattern}, whose segments are taken as they are,
 * without percent-decoding.
 *
 * @param text the pattern
 * @param parsed the same, read
 */
record TopicPattern(String text, PathPattern parsed) {

	private static final Options OPTIONS = Options.create('/', false);

	private static final PathPatternParser PARSER = parser();

	private static PathPatternParser parser() {
		PathPatternParser parser = new PathPatternParser();
		parser.setPathOptions(OPTIONS);
		return parser;
	}

	/**
	 * Reads a pattern. It and each topic get a slash before them, or <code>**</code>
	 * would not mean everything at the start.
	 * @throws org.springframework.web.util.pattern.PatternParseException if it cannot be
	 * read
	 */
	static TopicPattern of(String text) {
		return new TopicPattern(text, PARSER.parse("/" + text));
	}

	static PathContainer parsePath(String path) {
		return PathContainer.parsePath(path, OPTIONS);
	}

	/**
	 * Where a segment of a pattern or a topic ends that begins at an index.
	 */
	static int endOfSegment(String path, int from) {
		int end = path.indexOf('/', from);
		return (end >= 0) ? end : path.length();
	}

	/**
	 * Whether a segment of a pattern stands for any one segment, such as <code>*</code>
	 * and <code>{id}</code>.
	 */
	static boolean isAnySegment(String segment) {
		if (!segment.startsWith("{") || !segment.endsWith("}")) {
			return segment.equals("*");
		}
		return segment.substring(1, segment.length() - 1)
			.chars()
			.allMatch((c) -> c == '-' || Character.isJavaIdentifierPart(c));
	}

	String path() {
		return "/" + this.text;
	}

	boolean matches(String topic) {
		return matches(parsePath("/" + topic));
	}

	boolean matches(PathContainer path) {
		return this.parsed.matches(path);
	}

}
