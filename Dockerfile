# The portal: `tenantry serve`, `tenantry worker`, `tenantry migrate` and the rest, by what the command says.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN make setup

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --home-dir /data tenantry
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 TENANTRY_DATA=/data
USER tenantry
EXPOSE 8000
ENTRYPOINT ["tenantry"]
CMD ["serve", "--host", "0.0.0.0"]
