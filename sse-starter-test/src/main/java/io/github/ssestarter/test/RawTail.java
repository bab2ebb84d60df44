package io.github.ssestarter.test;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Arrays;

/**
 * The latest bytes of a stream: a ring that grows with what comes, up to a limit. Not
 * safe for use by several threads.
 */
final class RawTail {

	static final int UNLIMITED = Integer.MAX_VALUE - 8;

	private final int limit;

	private byte[] ring = new byte[0];

	private long total;

	RawTail(int limit) {
		this.limit = limit;
	}

	void append(ByteBuffer bytes) {
		grow(this.total + bytes.remaining());
		while (bytes.hasRemaining() && this.limit > 0) {
			int at = (int) (this.total % this.ring.length);
			int length = Math.min(bytes.remaining(), this.ring.length - at);
			bytes.get(this.ring, at, length);
			this.total += length;
		}
	}

	private void grow(long wanted) {
		if (wanted > this.ring.length && this.ring.length < this.limit) {
			long capacity = Math.max(wanted, Math.max(256, this.ring.length * 2L));
			this.ring = Arrays.copyOf(this.ring, (int) Math.min(this.limit, capacity));
		}
	}

	String text(Charset charset) {
		if (this.total <= this.ring.length) {
			return new String(this.ring, 0, (int) this.total, charset);
		}
		int oldest = (int) (this.total % this.ring.length);
		byte[] bytes = new byte[this.ring.length];
		System.arraycopy(this.ring, oldest, bytes, 0, bytes.length - oldest);
		System.arraycopy(this.ring, 0, bytes, bytes.length - oldest, oldest);
		int from = 0;
		while (from < bytes.length && (bytes[from] & 0xC0) == 0x80) {
			from++;
		}
		return new String(bytes, from, bytes.length - from, charset);
	}

}
