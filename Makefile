# `make` alone lists what there is. Everything is installed into .venv, nothing outside this folder.

MODEL ?= article
JOBS ?= 2
IMAGE ?= inkling
# The image that ours is built on; `make pin` makes it exact.
BASE ?= python:3.13-slim
DOCKERFILE ?= Dockerfile
SBOM ?= $(IMAGE).cdx.json
ENGINE ?= $(firstword $(foreach engine,docker podman,$(shell command -v $(engine))))

# The first of these that is new enough and can make a virtual environment is taken.
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11
find_python = for python in $(PYTHON); do \
	"$$python" -c 'import ensurepip, sys, venv; assert sys.version_info >= (3, 11)' 2>/dev/null && break; \
	python=; done; test "$$python"
may_install = test "$$(id -u)" = 0 && command -v apt-get >/dev/null
install_python = echo "Installing python3-venv ..."; apt-get update -qq; \
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y python3-venv >/dev/null

.PHONY: help install run page site test lint train promote evaluate docs notebook bench load image sbom pin lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

install: .venv/requirements-dev.installed ## install what training, measuring, exporting and the tests need

run: .venv/requirements.installed ## start Inkling and print its address; PORT=8001, or HOST=0.0.0.0 for phones nearby
	@exec .venv/bin/python -m deploy.serve

page: .venv/requirements.installed ## write Inkling as one file, inkling.html, which works without a server
	@.venv/bin/python -m app.standalone inkling.html

site: .venv/requirements.installed ## write the same as a folder for any web space, site, which browsers keep
	@.venv/bin/python -m app.standalone site

# The products for one picture are too small to share among threads: they get 15 times slower.
# Files of few tests may take long; by default they come last, where one of them may be waited for.
test: export OPENBLAS_NUM_THREADS ?= 1
test: .venv/requirements-dev.installed ## run all tests; JOBS=1 for one at a time, TESTS=tests/nn/core for some
	.venv/bin/python -m tests.run --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder $(TESTS)

lint: .venv/requirements-dev.installed ## check style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

train: .venv/requirements-dev.installed ## train a network into runs/NAME; MODEL=article, mlp, convnet or lines
	.venv/bin/python -m nn train $(MODEL)

promote: .venv/requirements-dev.installed ## make the training in runs/NAME the shipped weights; MODEL=article
	.venv/bin/python -m nn promote $(MODEL)

evaluate: .venv/requirements-dev.installed ## measure a trained network on MNIST's test digits; MODEL=article
	.venv/bin/python -m nn evaluate $(MODEL)

docs: export NO_MKDOCS_2_WARNING = 1
docs: .venv/requirements-dev.installed ## write the READMEs as a site into docs/, which opens from its folder or on any host
	.venv/bin/mkdocs build --strict --quiet --config-file deploy/docs/mkdocs.yml

# JupyterLab would ask the internet for newer versions of itself.
notebook: .venv/requirements-dev.installed .venv/requirements-notebook.installed ## open the lesson as a notebook
	.venv/bin/jupyter lab --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate nn/lesson.ipynb

bench: export OPENBLAS_NUM_THREADS ?= 1
bench: .venv/requirements-dev.installed ## measure speed against another reader; needs wrk, FastAPI and uvicorn
	.venv/bin/python -m benchmarks.bench

# wrk is Debian's package of that name.
load: export OPENBLAS_NUM_THREADS ?= 1
load: .venv/requirements-dev.installed ## measure throughput, latency and memory under load; needs wrk, takes ten minutes
	.venv/bin/python -m benchmarks.load

has_engine = test "$(ENGINE)" || { echo "To build the image, install docker or podman."; exit 1; }

image: ## build the container image; IMAGE=inkling
	@$(has_engine)
	$(ENGINE) build $(if $(findstring podman,$(ENGINE)),--format docker) -t $(IMAGE) .

# Without `site` (-S), Python finds the packages of PYTHONPATH alone: those copied from the image.
sbom: .venv/requirements-dev.installed ## list the Python packages in the image, in CycloneDX; IMAGE=inkling, SBOM=inkling.cdx.json
	@$(has_engine)
	@folder=$$(mktemp -d) && container=$$($(ENGINE) create $(IMAGE)) && $(ENGINE) cp $$container:/venv/lib/. $$folder && \
	PYTHONPATH=$$(echo $$folder/python3*/site-packages) .venv/bin/cyclonedx-py environment -S \
		--pyproject pyproject.toml --output-file $(SBOM) .venv/bin/python; \
	status=$$?; $(ENGINE) rm $$container >/dev/null; rm -rf "$$folder"; exit $$status

# The list of images, unlike `image inspect`, gives the digest that holds for every architecture.
pin: ## write the digest of the base image, as it was pulled, into the Dockerfile; BASE=python:3.13-slim
	@$(has_engine)
	@digest=$$($(ENGINE) images --digests --format '{{.Digest}}' $(BASE)); \
	case "$$digest" in sha256:*) ;; *) echo "Pull the image first: $(ENGINE) pull $(BASE)"; exit 1;; esac; \
	sed "s|^ARG BASE=.*|ARG BASE=$(BASE)@$$digest|" $(DOCKERFILE) > $(DOCKERFILE).partial && \
	mv $(DOCKERFILE).partial $(DOCKERFILE) && grep '^ARG BASE=' $(DOCKERFILE)

lock: ## write the requirements files from pyproject.toml; needs uv
	uv pip compile --universal --generate-hashes --custom-compile-command "make lock" pyproject.toml --extra server --extra redis -o requirements.txt
	uv pip compile --universal --generate-hashes --custom-compile-command "make lock" pyproject.toml -c requirements.txt --extra server --extra redis --extra train --extra export --extra scans --extra dask --extra completion --group test -o requirements-dev.txt
	uv pip compile --universal --generate-hashes --custom-compile-command "make lock" pyproject.toml -c requirements-dev.txt --group notebook -o requirements-notebook.txt

clean: ## remove what make and the tests have made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/%.installed: %.txt | .venv/bin/python
	@echo "Installing what $< lists ..."
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/bin/python:
	@$(find_python) || { $(may_install) && { $(install_python); $(find_python); }; } || { \
		echo "Inkling needs Python 3.11 or newer with venv. On Debian or Ubuntu: apt install python3-venv"; \
		echo "Another Python can be named: make PYTHON=/path/to/python3.13"; exit 1; }; \
	"$$python" -m venv .venv
