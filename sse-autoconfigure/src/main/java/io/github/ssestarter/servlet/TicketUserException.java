package io.github.ssestarter.servlet;

/**
 * A request has the ticket of another user than the one who is logged in.
 */
final class TicketUserException extends IllegalStateException {

	TicketUserException() {
		super("The ticket is for another user than the one who is logged in. It is used up now");
	}

}
