# Everything is pinned with its hash; nothing of the build stays in the image.
FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements.lock .
RUN python -m venv /venv \
  && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY accounts accounts
COPY labs labs
COPY tracker tracker
COPY templates templates
COPY locale locale
COPY manage.py requirements.txt ./
# Translations and static files belong to the program, not to its data.
RUN CALCIDIOL_VAR=/tmp/build /venv/bin/python manage.py catalogues compile
RUN CALCIDIOL_VAR=/tmp/build STATIC_ROOT=/app/static \
  /venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home calcidiol \
  && install -d -o calcidiol -g calcidiol -m 0700 /var/lib/calcidiol /backups
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY deploy/gunicorn.conf.py /app/gunicorn.conf.py
WORKDIR /app
# Eight threads that draw and write files would each keep room of their own: with two
# shares of memory, what one has freed is the others'.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CALCIDIOL_VAR=/var/lib/calcidiol \
    STATIC_ROOT=/app/static \
    MPLCONFIGDIR=/tmp/matplotlib \
    MALLOC_ARENA_MAX=2
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["gunicorn", "--config", "gunicorn.conf.py", "tracker.wsgi:application"]
