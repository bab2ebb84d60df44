package io.github.ssestarter.sample;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import io.github.ssestarter.sample.testsupport.Browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What all pages have in common, whoever looks at them and with whatever.
 */
@Tag("clients")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class PagesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static Browser browser;

	@LocalServerPort
	private int port;

	@BeforeAll
	static void startBrowser() {
		browser = Browser.start();
	}

	@AfterAll
	static void quitBrowser() {
		if (browser != null) {
			browser.close();
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void itIsForEverybody(String page) {
		open(page);
		browser.assertIsForEverybody();
		assertThat(browser.complaints()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void itCanBeUsedByTheKeyboard(String page) {
		open(page);
		List<String> focused = browser.tabThrough();
		assertThat(focused.get(0)).startsWith("Skip to");
		assertThat(focused).noneMatch((name) -> name.endsWith("(unseen)")).containsAll(controls());
	}

	@ParameterizedTest
	@MethodSource("pages")
	void itIsInTheNavigationAndShowsItsCode(String page) {
		browser.size(390, 780);
		open(page);
		String here = "document.querySelector('nav [aria-current]')";
		assertThat(browser.script("return " + here + "?.pathname")).isEqualTo("/" + page.replace("index.html", ""));
		assertThat((boolean) browser.script("const { left, right } = " + here + ".getBoundingClientRect();"
				+ "return left >= 0 && right <= innerWidth"))
			.as("it is seen where one is, on a phone too")
			.isTrue();
		if (!page.equals("index.html")) {
			assertThat(browser.script("return document.querySelectorAll('details[data-code]').length"))
				.isNotEqualTo(0L);
		}
		browser.script("document.querySelectorAll('details[data-code]').forEach((details) => details.open = true)");
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat((List<?>) browser.script(
					"return [...document.querySelectorAll('details[data-code]')].map((details) => details.innerText)"))
				.asList()
				.allMatch((text) -> text.toString().length() > 300));
		browser.assertFitsPhoneAndDesktop();
		assertThat(browser.complaints()).isEmpty();
	}

	static Stream<String> pages() throws IOException {
		return Stream.of(new PathMatchingResourcePatternResolver().getResources("classpath:static/*.html"))
			.map(Resource::getFilename);
	}

	/**
	 * But for those in rows of a table, which come and go with what they are about.
	 */
	@SuppressWarnings("unchecked")
	private List<String> controls() {
		return (List<String>) browser
			.script("return [...document.querySelectorAll('button:not(tbody *), input, select')]"
					+ ".filter((control) => control.checkVisibility()).map((control) => control.id)");
	}

	private void open(String page) {
		browser.open("http://localhost:" + this.port + "/" + page);
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat((boolean) browser.script(
					"return [...document.querySelectorAll('main button, .cards')].some((it) => it.checkVisibility())"))
				.isTrue());
	}

}
