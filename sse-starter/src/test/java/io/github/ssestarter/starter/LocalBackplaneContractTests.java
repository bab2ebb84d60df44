package io.github.ssestarter.starter;

import java.time.InstantSource;
import java.util.Random;

import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.LocalBackplane;
import io.github.ssestarter.test.backplane.BackplaneContractTests;

/**
 * The backplane of a single node keeps to the contract.
 */
class LocalBackplaneContractTests extends BackplaneContractTests {

	@Override
	protected Capabilities capabilities() {
		return Capabilities.LOCAL;
	}

	@Override
	protected Backplane create() {
		return new LocalBackplane(InstantSource.system(), new Random());
	}

}
