package io.github.ssestarter.sample.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.stream.Stream;

import org.apache.commons.logging.LogFactory;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * A Chromium without a window, and what the demo pages have in common.
 */
public final class Browser implements AutoCloseable {

	private static final String SKIPPED = "SKIPPED: the pages were NOT tested in a browser. "
			+ "Put chromium (or google-chrome) and chromedriver on the PATH to test them";

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final String AXE = resource("/axe.min.js");

	private static final String VIOLATIONS = """
			const done = arguments[arguments.length - 1];
			axe.run().then(({ violations }) => done(violations.map(({ id, nodes }) =>
				`${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join()}`)));""";

	private final Set<String> pressed = new HashSet<>();

	private final Path profile;

	private final ChromeDriver driver;

	private Browser(Path chromium, Path chromedriver) {
		try {
			this.profile = Files.createTempDirectory("sample-app-browser");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		LoggingPreferences logging = new LoggingPreferences();
		logging.enable(LogType.BROWSER, Level.ALL);
		ChromeOptions options = new ChromeOptions();
		options.setBinary(chromium.toFile());
		options.setCapability(ChromeOptions.LOGGING_PREFS, logging);
		options.addArguments("--headless=new", "--hide-scrollbars", "--no-sandbox", "--disable-gpu", "--disable-quic",
				"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
				// A process for each tab, however little memory there is
				"--renderer-process-limit=100", "--user-data-dir=" + this.profile);
		ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(chromedriver.toFile())
			.build();
		this.driver = new ChromeDriver(service, options);
	}

	/**
	 * Starts a browser. If there is none on the {@code PATH}, or not its driver, the
	 * tests that ask for it are skipped, which the log says.
	 */
	public static Browser start() {
		Optional<Browser> browser = find("chromium", "chromium-browser", "google-chrome")
			.flatMap((chromium) -> find("chromedriver").map((driver) -> new Browser(chromium, driver)));
		if (browser.isEmpty()) {
			LogFactory.getLog(Browser.class).warn(SKIPPED);
		}
		assumeThat(browser).as(SKIPPED).isPresent();
		return browser.orElseThrow();
	}

	private static String resource(String path) {
		try {
			return new ClassPathResource(path).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Optional<Path> find(String... names) {
		return Stream.of(names)
			.flatMap((name) -> Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
				.map((folder) -> Path.of(folder, name)))
			.filter(Files::isExecutable)
			.findFirst();
	}

	public void open(String url) {
		this.pressed.clear();
		this.driver.get(url);
	}

	/**
	 * Opens a page in a tab of its own, which is seen from now on and hides those before.
	 */
	public void openTab(String url) {
		this.driver.switchTo().newWindow(WindowType.TAB);
		open(url);
	}

	/**
	 * The tabs that are open, in no order.
	 */
	public Set<String> tabs() {
		return this.driver.getWindowHandles();
	}

	public String tab() {
		return this.driver.getWindowHandle();
	}

	/**
	 * Works with another tab, which is seen from now on.
	 */
	public void use(String tab) {
		this.driver.switchTo().window(tab);
	}

	/**
	 * Kills the process of the tab, which has no time to do anything.
	 */
	public void kill() {
		assertThatExceptionOfType(WebDriverException.class)
			.isThrownBy(() -> this.driver.executeCdpCommand("Page.crash", Map.of()));
	}

	/**
	 * Stops all scripts of the tab, as a browser does that saves energy, or lets them go
	 * on.
	 */
	public void freeze(boolean isFrozen) {
		this.driver.executeCdpCommand("Page.setWebLifecycleState", Map.of("state", (isFrozen) ? "frozen" : "active"));
	}

	public void closeTab() {
		this.driver.close();
	}

	/**
	 * Closes all tabs but this one.
	 */
	public void closeOtherTabs() {
		String kept = tab();
		tabs().stream()
			.filter((tab) -> !tab.equals(kept))
			.forEach((tab) -> this.driver.executeCdpCommand("Target.closeTarget", Map.of("targetId", tab)));
	}

	public void press(String id) {
		this.driver.findElement(By.id(id)).click();
		this.pressed.add(id);
	}

	public void type(String id, String text) {
		WebElement field = this.driver.findElement(By.id(id));
		field.clear();
		field.sendKeys(text);
	}

	public void select(String id, String text) {
		new Select(this.driver.findElement(By.id(id))).selectByVisibleText(text);
	}

	public String text(String id) {
		return this.driver.findElement(By.id(id)).getText();
	}

	public Object script(String script) {
		return this.driver.executeScript(script);
	}

	/**
	 * The lines of the page's log, without their times.
	 */
	@SuppressWarnings("unchecked")
	public List<String> log() {
		return (List<String>) this.driver
			.executeScript("return [...document.querySelectorAll('#log li > span')].map((line) => line.textContent)");
	}

	public void awaitLog(String pattern) {
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(log()).anyMatch((line) -> line.matches(pattern)));
	}

	/**
	 * Waits for lines that come after those that are there.
	 */
	public void awaitNewLog(String pattern, Runnable action) {
		int before = log().size();
		action.run();
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(log().stream().skip(before)).anyMatch((line) -> line.matches(pattern)));
	}

	public void awaitText(String id, String text) {
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(text(id)).isEqualTo(text));
	}

	public void assertEveryButtonWasPressed() {
		assertThat(this.driver.findElements(By.tagName("button"))).extracting((button) -> button.getDomAttribute("id"))
			.containsExactlyInAnyOrderElementsOf(this.pressed);
	}

	/**
	 * What the console has told since it was last asked, from warnings upwards.
	 */
	public List<LogEntry> complaints() {
		return this.driver.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.filter((entry) -> entry.getLevel().intValue() >= Level.WARNING.intValue())
			.toList();
	}

	/**
	 * Looks at the page as it is now on a phone and on a desktop, by day and by night:
	 * what is on it fits, can be touched, and axe finds nobody whom it keeps out.
	 */
	public void assertIsForEverybody() {
		script(AXE);
		for (String scheme : List.of("light", "dark")) {
			this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
					Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
			for (int width : new int[] { 390, 1440 }) {
				size(width, 780);
				assertFits(width);
				assertThat((List<?>) this.driver.executeAsyncScript(VIOLATIONS)).as(width + " pixels, " + scheme)
					.isEmpty();
			}
		}
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
		this.driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
	}

	public void assertFitsPhoneAndDesktop() {
		for (int width : new int[] { 360, 1280 }) {
			size(width, 780);
			assertFits(width);
		}
		this.driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
	}

	/**
	 * Shows pages as large as this; what is narrow is a phone.
	 */
	public void size(int width, int height) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
	}

	private void assertFits(int width) {
		assertThat((long) script("return document.documentElement.scrollWidth")).as("width of what is shown")
			.isLessThanOrEqualTo(width);
		assertThat((long) script("return Math.min(44, ...[...document.querySelectorAll("
				+ "'button, nav a, input, select, summary')].filter((control) => control.checkVisibility())"
				+ ".map((control) => control.offsetHeight))"))
			.as("height of the lowest control")
			.isEqualTo(44);
	}

	/**
	 * Goes through the page by the tabulator, from its beginning to its end.
	 * @return what had the focus, each with whether it could be seen that it had
	 */
	public List<String> tabThrough() {
		List<String> focused = new ArrayList<>();
		while (focused.size() < 100) {
			this.driver.switchTo().activeElement().sendKeys(Keys.TAB);
			String name = (String) script("""
					const focused = document.activeElement;
					const top = focused.getBoundingClientRect().top;
					return (focused.id || focused.textContent.trim())
						+ (getComputedStyle(focused).outlineStyle === 'none' || top < 0 ? ' (unseen)' : '');""");
			if (focused.contains(name) || script("return document.activeElement === document.body").equals(true)) {
				break;
			}
			focused.add(name);
		}
		return focused;
	}

	/**
	 * Lets pages do what their content security policies forbid.
	 */
	public void ignorePolicies() {
		this.driver.executeCdpCommand("Page.setBypassCSP", Map.of("enabled", true));
	}

	public byte[] screenshot() {
		return this.driver.getScreenshotAs(OutputType.BYTES);
	}

	@Override
	public void close() {
		this.driver.quit();
		FileSystemUtils.deleteRecursively(this.profile.toFile());
	}

}
