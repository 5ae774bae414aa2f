# The action's image. Its Python is the newest, because a checker reads only the syntax that its own Python reads.
# A release is built on the digest that this name has that day: .github/workflows/release.yml.
ARG BASE_IMAGE=python:3.14-slim

# Wheels alone are installed, each by its hash: nothing is compiled. pip-audit imports pip, and so its library is there;
# its programs are not.
FROM ${BASE_IMAGE} AS build
COPY requirements/build.txt requirements/runtime.txt /src/requirements/
RUN python -m venv /tmp/tools \
    && python -m venv --without-pip /opt/gonogo \
    && /tmp/tools/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r /src/requirements/build.txt \
    && /tmp/tools/bin/pip --python /opt/gonogo/bin/python install --no-cache-dir --only-binary :all: --require-hashes \
        -r /src/requirements/runtime.txt \
    && rm /opt/gonogo/bin/pip /opt/gonogo/bin/pip3*
COPY pyproject.toml README.md LICENSE /src/
COPY policies /src/policies
COPY bot /src/bot
RUN /tmp/tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /tmp/wheels /src \
    && /tmp/tools/bin/pip --python /opt/gonogo/bin/python install --no-index --no-deps /tmp/wheels/*.whl
# The secrets engine compiles its rules once, here, and not at each start.
ENV GONOGO_CACHE_DIR=/opt/gonogo/cache
RUN /opt/gonogo/bin/python -I -m bot warm \
    && chmod -R a-w,a+rX /opt/gonogo

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title=gonogo \
      org.opencontainers.image.description="May this pull request be merged and run in production?" \
      org.opencontainers.image.licenses=MIT
# git reads the change. pip is not needed from here on. The official image ships the standard library without its
# compiled form, and a container is new at each run, so that each run would compile it again.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* \
        /usr/local/lib/python3*/site-packages/pip* /usr/local/bin/pip* \
    && python -m compileall -q -j 0 -x '/(test|idlelib|turtledemo|tkinter|ensurepip|site-packages)/' \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=build /opt/gonogo /opt/gonogo
ENV GONOGO_CACHE_DIR=/opt/gonogo/cache
# GitHub asks for no USER, no WORKDIR and an absolute exec form: https://docs.github.com/en/actions/reference/workflows-and-actions/dockerfile-support
# `-I`: neither the workspace nor a variable adds a module.
ENTRYPOINT ["/opt/gonogo/bin/python", "-I", "-m", "bot", "action"]
