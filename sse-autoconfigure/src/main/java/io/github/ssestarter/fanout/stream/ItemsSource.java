package io.github.ssestarter.fanout.stream;

import java.util.Iterator;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseClosedException;

/**
 * Draws items as there is room for them, on one thread at a time.
 */
final class ItemsSource implements Source {

	/** After so many others have their turn. */
	private static final int AT_ONCE = 256;

	private final Outlet outlet;

	private final Iterator<?> items;

	private final Runnable close;

	/** Drawn, and there was no room; {@code null} for none. */
	private @Nullable Frame waiting;

	private volatile boolean isCancelled;

	ItemsSource(Outlet outlet, Iterator<?> items, Runnable close) {
		this.outlet = outlet;
		this.items = items;
		this.close = close;
	}

	@Override
	public void start() {
		try {
			if (draw()) {
				ended(null);
			}
			else {
				this.outlet.whenRoom(this::start);
			}
		}
		catch (SseClosedException ex) {
			this.close.run();
		}
		catch (Throwable ex) {
			// Any, since Kotlin's iterators throw what they like
			ended(ex);
		}
	}

	private void ended(@Nullable Throwable failure) {
		Throwable told = failure;
		try {
			this.close.run();
		}
		catch (RuntimeException | Error ex) {
			told = (failure != null) ? failure : ex;
		}
		this.outlet.ended(told);
	}

	/**
	 * Draws as much as there is room for.
	 * @return whether that is all
	 */
	private boolean draw() {
		for (int i = 0; i < AT_ONCE; i++) {
			Frame frame = this.waiting;
			if (frame == null) {
				if (this.isCancelled || !this.items.hasNext()) {
					return true;
				}
				frame = this.outlet.frame(this.items.next());
			}
			boolean isSent = this.outlet.offer(frame);
			this.waiting = (isSent) ? null : frame;
			if (!isSent) {
				return false;
			}
		}
		return false;
	}

	@Override
	public void cancel() {
		this.isCancelled = true;
	}

}
