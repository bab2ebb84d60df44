package io.github.ssestarter.security;

import java.security.Principal;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

import io.github.ssestarter.fanout.stream.CallContext;

/**
 * Has the application find the stream's own login in the {@link SecurityContext}, as it
 * is now.
 *
 * @since 0.1.0
 */
public final class SecurityContexts implements CallContext.Capture {

	private final SecurityContextHolderStrategy holder;

	/**
	 * Creates it.
	 * @param holder has the context of each thread
	 */
	public SecurityContexts(SecurityContextHolderStrategy holder) {
		this.holder = holder;
	}

	@Override
	public CallContext capture() {
		return new Login(this.holder, this.holder.getContext().getAuthentication());
	}

	/**
	 * A login, apart from the context that it was in: a session may share that with
	 * others, and change it.
	 */
	private record Login(SecurityContextHolderStrategy holder,
			@Nullable Authentication authentication) implements CallContext {

		@Override
		public <T extends @Nullable Object> T call(@Nullable Principal user, Supplier<T> call) {
			SecurityContext before = this.holder.getContext();
			SecurityContext own = this.holder.createEmptyContext();
			own.setAuthentication((user instanceof Authentication now) ? now : this.authentication);
			this.holder.setContext(own);
			try {
				return call.get();
			}
			finally {
				restore(before);
			}
		}

		private void restore(SecurityContext before) {
			if (before.getAuthentication() == null) {
				this.holder.clearContext();
			}
			else {
				this.holder.setContext(before);
			}
		}

	}

}
