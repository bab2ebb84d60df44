package io.github.ssestarter;

/**
 * Makes and verifies client ids: a bean to inject, or to replace by one's own. An id is
 * signed, so that a client can present only what it was given; with
 * {@code sse.client-id.bind-to} it also belongs to the user, the address or the user
 * agent of the request in which it was made.
 *
 * @since 0.1.0
 */
public interface SseClientIds {

	/**
	 * Makes an id that nobody has.
	 * @return the id, of characters that need no encoding in a URL or header
	 * @throws IllegalStateException if ids are bound to something of a request, and the
	 * calling thread handles none
	 */
	String create();

	/**
	 * Whether an id was made here, or by another node with the same
	 * {@code sse.client-id.secret}; with {@code sse.client-id.bind-to} also whether it
	 * belongs to the request that the calling thread handles.
	 * @param id what a client presents; untrusted
	 * @return whether it may have the id
	 * @throws IllegalStateException if ids are bound to something of a request, and the
	 * calling thread handles none
	 */
	boolean verify(String id);

}
