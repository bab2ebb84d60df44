package io.github.ssestarter.sample;

import java.util.Iterator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Writes what a model might: one token after the other, of which some are half a word and
 * some a line's end.
 */
class FakeModel implements Iterator<String> {

	private static final Pattern TOKEN = Pattern.compile("\\s?\\p{L}{1,6}|\\s?\\P{L}", Pattern.DOTALL);

	private static final String ANSWER = """
			You asked: “%s”

			I am no model: I say the same to everybody, a word at a time. But what carries these words is real, and it is \
			the same whoever writes them.

			1. Each token is an event. The stream gives it an id – its place in the log.
			2. Cut the connection, and I go on writing. Your browser comes back, says which id it has seen last, and hears \
			what it has missed: no word is lost, none comes twice.
			3. Load the page anew, or open it in another tab, and the answer begins with its first word, for the log still \
			holds that.
			4. To disconnect is not to stop. I stop when I am told so, by a request of its own, and all who listen hear it.

			So a train may go through a tunnel, a laptop may sleep for a minute, a proxy may lose its patience – and the \
			answer that you see is, to the letter, the one that I have written.
			""";

	private final Iterator<String> tokens;

	FakeModel(String question) {
		this.tokens = tokens(ANSWER.formatted(question)).iterator();
	}

	private static List<String> tokens(String text) {
		return TOKEN.matcher(text).results().map(MatchResult::group).toList();
	}

	@Override
	public boolean hasNext() {
		return this.tokens.hasNext();
	}

	@Override
	public String next() {
		return this.tokens.next();
	}

}
