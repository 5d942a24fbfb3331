# One image for every process of an installation: web, worker, beat, migrations.
# Images are named by version and digest: `make images` asks their registry for newer digests of the same versions.
# It holds no setting and no secret; without them it says which variable is missing and stops.

FROM python:3.11.16-slim-bookworm@sha256:528257d48c1da0dcecc2e725d1ae34498d60c965f1241e39cd6a85a8859bdf84 AS packages
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements/base.txt /tmp/base.txt
RUN /venv/bin/pip install --no-compile --require-hashes -r /tmp/base.txt \
    # Nothing installs anything later.
 && /venv/bin/pip uninstall --yes pip setuptools


FROM python:3.11.16-slim-bookworm@sha256:528257d48c1da0dcecc2e725d1ae34498d60c965f1241e39cd6a85a8859bdf84
# What draws the documents: Pango, the font subsetter it does not bring along, and the two fonts.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
        fontconfig \
        fonts-ipamj-mincho \
        fonts-morisawa-bizud-gothic \
        libharfbuzz-subset0 \
        libpango-1.0-0 \
        libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 madoguchi \
 && useradd --uid 10001 --gid madoguchi --home-dir /app --no-create-home --shell /usr/sbin/nologin madoguchi \
 && install --directory --owner madoguchi --group madoguchi /data

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONUTF8=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    DATA_DIR=/data \
    # A worker that is asked to stop finishes what it has in hand.
    REMAP_SIGTERM=SIGQUIT \
    # The root file system may be read-only.
    XDG_CACHE_HOME=/tmp

COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY portal portal
COPY accounts accounts
COPY suppliers suppliers
COPY invoices invoices
COPY templates templates
COPY static static

# Collecting the static files needs settings but uses none: these are made up and stay in this one command.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(40))')" \
    ALLOWED_HOSTS=build.invalid PORTAL_URL=https://build.invalid \
    DATABASE_URL=sqlite:////tmp/build MAIL_URL=memorymail:// MAIL_FROM=nobody@build.invalid \
    python manage.py collectstatic --no-input --verbosity 0 \
 && find . /venv -name __pycache__ -prune -exec rm -rf {} + \
 && python -m compileall -q -j 0 --invalidation-mode unchecked-hash /app /venv/lib \
    # The renderer works here, or there is no image.
 && python -c 'from invoices.documents.pdf import engine; engine.self_test()'
ENV PYTHONDONTWRITEBYTECODE=1

USER madoguchi
EXPOSE 8000
# The site answers only under its own names.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].strip()}), timeout=4)"]
CMD ["gunicorn", "--config", "python:portal.gunicorn"]
