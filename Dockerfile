FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.13-slim
RUN useradd --system --no-create-home calcidiol
COPY --from=build /venv /venv
WORKDIR /app
COPY accounts accounts
COPY labs labs
COPY tracker tracker
COPY templates templates
COPY manage.py .
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 CALCIDIOL_VAR=/var/lib/calcidiol
RUN mkdir -p /var/lib/calcidiol && chown calcidiol /var/lib/calcidiol
USER calcidiol
EXPOSE 8000
CMD ["gunicorn", "tracker.wsgi:application", "--bind=0.0.0.0:8000", \
     "--worker-class=gthread", "--workers=2", "--threads=8"]
