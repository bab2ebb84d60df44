package io.github.ssestarter.actuate;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A part of a list.
 *
 * @param <T> what is listed
 * @param page the number of the page, the first being 0
 * @param size how many there are on a full page
 * @param total how many there are on all pages
 * @param items what is on this one
 */
record PageDescriptor<T>(int page, int size, int total, List<T> items) implements OperationResponseBody {

	private static final int DEFAULT_SIZE = 50;

	private static final int MAX_SIZE = 1000;

	static <T> PageDescriptor<T> of(@Nullable Integer page, @Nullable Integer size, List<T> all) {
		int number = (page != null) ? page : 0;
		int length = (size != null) ? size : DEFAULT_SIZE;
		if (number < 0 || length < 1 || length > MAX_SIZE) {
			throw new IllegalArgumentException(
					"The first page is 0, and there are between 1 and " + MAX_SIZE + " items on each");
		}
		return new PageDescriptor<>(number, length, all.size(),
				all.stream().skip((long) number * length).limit(length).toList());
	}

	<R> PageDescriptor<R> map(Function<T, R> mapping) {
		return new PageDescriptor<>(this.page, this.size, this.total, this.items.stream().map(mapping).toList());
	}

}
