package io.github.ssestarter.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.handler.HandlerExceptionResolverComposite;

import io.github.ssestarter.servlet.ProblemExceptionResolver;
import io.github.ssestarter.servlet.SseExceptionResolver;

/**
 * Streams of controllers in child contexts, such as that of another
 * {@code DispatcherServlet} and that of {@code management.server.port}. Their Spring MVC
 * asks the starter's {@code WebMvcConfigurer}; what else streams need of it is added once
 * the child has started, and what is wrong there stops its start.
 */
final class ChildContexts implements ApplicationListener<ContextRefreshedEvent> {

	private final ApplicationContext own;

	private final SseExceptionResolver exceptions;

	private final ProblemExceptionResolver problems;

	ChildContexts(ApplicationContext own, SseExceptionResolver exceptions, ProblemExceptionResolver problems) {
		this.own = own;
		this.exceptions = exceptions;
		this.problems = problems;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		ApplicationContext context = event.getApplicationContext();
		if (context == this.own || context.getBeanNamesForType(ChildContexts.class).length > 0) {
			return;
		}
		StreamMvc mvc = new StreamMvc(context);
		if (!mvc.streamMethods().isEmpty()) {
			HandMadeMvc.requireStreams(mvc.adapters(), context);
			mvc.prepare();
			context.getBeansOfType(HandlerExceptionResolverComposite.class).values().forEach(this::addResolvers);
		}
	}

	/**
	 * Not every {@code DispatcherServlet} looks for those of the parent.
	 */
	private void addResolvers(HandlerExceptionResolverComposite composite) {
		List<HandlerExceptionResolver> resolvers = new ArrayList<>();
		resolvers.add(this.exceptions);
		resolvers.addAll(composite.getExceptionResolvers());
		resolvers.add(this.problems);
		composite.setExceptionResolvers(resolvers);
	}

}
