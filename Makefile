# Two commands matter: `make run` and `make test`. CONTRIBUTING.md tells of the others.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
XDIST  ?= 2
BENCH  ?= calls
ROWS   ?= 100000

.PHONY: run test check journeys pictures bench lock

run: $(VENV)/ready
	@exec $(BIN)/yihe up

test: $(VENV)/ready-dev
	@$(BIN)/pytest -q -n $(XDIST)

check: $(VENV)/ready-dev
	$(BIN)/ruff format --check yihe journeys bench
	$(BIN)/ruff check yihe journeys bench
	$(BIN)/mypy yihe journeys bench
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet yihe
	$(BIN)/pytest -q -n $(XDIST)

journeys: $(VENV)/ready-dev
	@test -x /usr/bin/chromium || { echo "需要浏览器：apt-get install -y chromium fonts-noto-cjk"; exit 1; }
	@$(BIN)/pytest -q journeys

pictures: $(VENV)/ready-dev
	@$(BIN)/python -m journeys.pictures

bench: $(VENV)/ready-dev
	@$(BIN)/python -m bench.$(BENCH) $(ROWS)

lock:
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

$(VENV)/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "一核需要 Python 3.11 或更新的版本；可以这样指定：make run PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "这个 Python 没有 venv。Debian 上请先：apt-get install -y python3-venv"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "正在装需要的程序库……"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements.lock
	@$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "yihe.pth").write_text(str(pathlib.Path.cwd()) + "\n")'
	@printf '#!%s\nimport sys\nfrom yihe.cli import main\nsys.exit(main())\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/yihe && chmod +x $(BIN)/yihe
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.lock
	@echo "正在装开发用的程序库……"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@
