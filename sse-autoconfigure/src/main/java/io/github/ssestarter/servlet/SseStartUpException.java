package io.github.ssestarter.servlet;

/**
 * The application cannot start as it is. Spring Boot prints what is wrong and what to do,
 * and no stack trace.
 *
 * @since 0.1.0
 */
public final class SseStartUpException extends RuntimeException {

	private final String description;

	private final String action;

	/**
	 * Says why not.
	 * @param description what is wrong
	 * @param action what to do
	 */
	public SseStartUpException(String description, String action) {
		super(description + " " + action);
		this.description = description;
		this.action = action;
	}

	/**
	 * What is wrong.
	 * @return one sentence
	 */
	public String getDescription() {
		return this.description;
	}

	/**
	 * What to do.
	 * @return the remedy
	 */
	public String getAction() {
		return this.action;
	}

}
