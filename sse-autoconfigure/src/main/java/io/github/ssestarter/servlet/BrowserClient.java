package io.github.ssestarter.servlet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;

import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Serves {@code sse-client.js}, and its types, to pages. A browser keeps them, and asks
 * each time whether they are still the same: they change with the starter.
 *
 * @since 0.1.0
 */
public final class BrowserClient {

	/** What the path of the script ends with. */
	public static final String SCRIPT = ".js";

	/** What the path of its types ends with instead. */
	public static final String TYPES = ".d.ts";

	private static final String FOLDER = "io/github/ssestarter/browser/sse-client";

	private final MediaType type;

	private final byte[] content;

	private final String etag;

	private BrowserClient(String file, MediaType type) {
		try {
			this.content = new ClassPathResource(file, BrowserClient.class.getClassLoader()).getContentAsByteArray();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.type = type;
		// Weak, or Tomcat would not compress it
		this.etag = "W/\"" + DigestUtils.md5DigestAsHex(this.content) + "\"";
	}

	/**
	 * Adds the script and its types to Spring MVC.
	 * @param mapping the mapping of annotated controllers, whose options they take, CORS
	 * among them
	 * @param path the path of the script, which ends with {@value #SCRIPT}
	 */
	public static void register(RequestMappingHandlerMapping mapping, String path) {
		String types = path.substring(0, path.length() - SCRIPT.length()) + TYPES;
		new BrowserClient(FOLDER + SCRIPT, new MediaType("text", "javascript", StandardCharsets.UTF_8))
			.registerAt(mapping, path);
		new BrowserClient(FOLDER + TYPES, new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
			.registerAt(mapping, types);
	}

	private void registerAt(RequestMappingHandlerMapping mapping, String path) {
		RequestMappingInfo info = RequestMappingInfo.paths(path)
			.methods(RequestMethod.GET)
			.options(mapping.getBuilderConfiguration())
			.build();
		mapping.registerMapping(info, this, handlerMethod());
	}

	private static Method handlerMethod() {
		try {
			return BrowserClient.class.getDeclaredMethod("file");
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Answers, with 304 if the browser has it.
	 */
	ResponseEntity<byte[]> file() {
		return ResponseEntity.ok()
			.cacheControl(CacheControl.noCache())
			.eTag(this.etag)
			.contentType(this.type)
			.body(this.content);
	}

}
