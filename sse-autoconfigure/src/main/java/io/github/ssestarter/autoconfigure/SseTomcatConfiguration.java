package io.github.ssestarter.autoconfigure;

import org.springframework.context.annotation.Configuration;

/**
 * What Tomcat needs besides the servlet API.
 */
@Configuration(proxyBeanMethods = false)
class SseTomcatConfiguration {

}
