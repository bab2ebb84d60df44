package io.github.ssestarter.servlet;

import jakarta.servlet.AsyncContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ssestarter.fanout.transport.Transport;

/**
 * A response of which nobody will ever say that it can be written to, such as MockMvc's:
 * takes what is sent and lets it go, so that nothing waits for it.
 */
final class UnwritableTransport implements Transport {

	private static final Log logger = LogFactory.getLog(UnwritableTransport.class);

	private final AsyncContext context;

	UnwritableTransport(AsyncContext context) {
		this.context = context;
	}

	@Override
	public boolean isReady() {
		return true;
	}

	@Override
	public int write(byte[] bytes, int offset, int length) {
		return length;
	}

	@Override
	public boolean keepsArrays() {
		return false;
	}

	@Override
	public boolean flush() {
		return true;
	}

	@Override
	public void complete() {
		try {
			this.context.complete();
		}
		catch (IllegalStateException ex) {
			logger.debug("A response had been completed already", ex);
		}
	}

	@Override
	public void abort() {
		complete();
	}

}
