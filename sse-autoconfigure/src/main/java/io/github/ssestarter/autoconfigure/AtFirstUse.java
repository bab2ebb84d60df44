package io.github.ssestarter.autoconfigure;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A bean that is looked up when it is used for the first time, so that it need not be
 * there before: whoever it needs itself may have what uses it. Without a lock, under
 * which beans would be made: all who look it up find the same.
 */
final class AtFirstUse<T> implements Supplier<T> {

	private final Supplier<T> lookup;

	private volatile @Nullable T found;

	AtFirstUse(Supplier<T> lookup) {
		this.lookup = lookup;
	}

	@Override
	public T get() {
		T found = this.found;
		if (found == null) {
			found = this.lookup.get();
			this.found = found;
		}
		return found;
	}

}
