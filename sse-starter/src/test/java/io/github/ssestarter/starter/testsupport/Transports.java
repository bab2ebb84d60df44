package io.github.ssestarter.starter.testsupport;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.github.ssestarter.SseConnection;
import io.github.ssestarter.servlet.TransportMode;

/**
 * What streams are written to in the applications that are started now.
 */
public final class Transports implements ClassTemplateInvocationContextProvider {

	private static volatile TransportMode mode = TransportMode.AUTO;

	static String property() {
		return "sse.transport=" + mode;
	}

	/**
	 * What a stream over HTTP/1.1 has, with nothing in its way.
	 */
	public static SseConnection.Transport expected() {
		return (mode == TransportMode.AUTO) ? SseConnection.Transport.SOCKET : SseConnection.Transport.SERVLET;
	}

	public static boolean isSocket() {
		return mode == TransportMode.AUTO;
	}

	@Override
	public boolean supportsClassTemplate(ExtensionContext context) {
		return true;
	}

	@Override
	public Stream<Invocation> provideClassTemplateInvocationContexts(ExtensionContext context) {
		return Stream.of(TransportMode.values()).map(Invocation::new);
	}

	private record Invocation(TransportMode transport)
			implements
				ClassTemplateInvocationContext,
				BeforeClassTemplateInvocationCallback,
				AfterClassTemplateInvocationCallback {

		@Override
		public String getDisplayName(int invocationIndex) {
			return "sse.transport=" + this.transport;
		}

		@Override
		public List<Extension> getAdditionalExtensions() {
			return List.of(this);
		}

		@Override
		public void beforeClassTemplateInvocation(ExtensionContext context) {
			mode = this.transport;
		}

		@Override
		public void afterClassTemplateInvocation(ExtensionContext context) {
			mode = TransportMode.AUTO;
		}

	}

}
