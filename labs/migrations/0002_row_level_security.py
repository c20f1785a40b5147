"""
Row-level security under results, targets, supplements, health facts and imports.

Results, targets and health facts are append-only: no right to change them is
granted, and a trigger refuses even the owner.
"""

from django.db import migrations

POLICIES = """
ALTER TABLE labs_labresult ENABLE ROW LEVEL SECURITY;
CREATE POLICY result_read ON labs_labresult FOR SELECT
  USING (app.can_see(patient_id, 'results', collected_on));
CREATE POLICY result_add ON labs_labresult FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'results', collected_on)
              AND entered_by_id = app.viewer_id());
GRANT SELECT, INSERT ON labs_labresult TO calcidiol_web;

ALTER TABLE labs_target ENABLE ROW LEVEL SECURITY;
CREATE POLICY target_read ON labs_target FOR SELECT
  USING (app.can_see(patient_id, 'results'));
CREATE POLICY target_add ON labs_target FOR INSERT
  WITH CHECK (app.treats(patient_id, 'results', NULL)
              AND app.works_in(clinic_id)
              AND set_by_id = app.viewer_id());
GRANT SELECT, INSERT ON labs_target TO calcidiol_web;

ALTER TABLE labs_supplementproduct ENABLE ROW LEVEL SECURITY;
CREATE POLICY product_read ON labs_supplementproduct FOR SELECT
  USING (app.can_see(patient_id, 'supplements'));
CREATE POLICY product_add ON labs_supplementproduct FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'supplements'));
GRANT SELECT, INSERT ON labs_supplementproduct TO calcidiol_web;

ALTER TABLE labs_supplementingredient ENABLE ROW LEVEL SECURITY;
CREATE POLICY ingredient_read ON labs_supplementingredient FOR SELECT
  USING (app.can_see(patient_id, 'supplements'));
CREATE POLICY ingredient_add ON labs_supplementingredient FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'supplements'));
GRANT SELECT, INSERT ON labs_supplementingredient TO calcidiol_web;

ALTER TABLE labs_supplementperiod ENABLE ROW LEVEL SECURITY;
CREATE POLICY period_read ON labs_supplementperiod FOR SELECT
  USING (app.can_see(patient_id, 'supplements'));
CREATE POLICY period_add ON labs_supplementperiod FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'supplements')
              AND entered_by_id = app.viewer_id());
CREATE POLICY period_end ON labs_supplementperiod FOR UPDATE
  USING (app.can_see(patient_id, 'supplements'))
  WITH CHECK (app.can_see(patient_id, 'supplements'));
GRANT SELECT, INSERT ON labs_supplementperiod TO calcidiol_web;
GRANT UPDATE (ends_on) ON labs_supplementperiod TO calcidiol_web;

ALTER TABLE labs_healthfact ENABLE ROW LEVEL SECURITY;
CREATE POLICY health_read ON labs_healthfact FOR SELECT
  USING (app.can_see(patient_id, 'health'));
CREATE POLICY health_add ON labs_healthfact FOR INSERT
  WITH CHECK (app.can_see(patient_id, 'health'));
GRANT SELECT, INSERT ON labs_healthfact TO calcidiol_web;

ALTER TABLE labs_importbatch ENABLE ROW LEVEL SECURITY;
CREATE POLICY batch_read ON labs_importbatch FOR SELECT
  USING (app.works_in(clinic_id));
CREATE POLICY batch_add ON labs_importbatch FOR INSERT
  WITH CHECK (app.works_in(clinic_id));
CREATE POLICY batch_count ON labs_importbatch FOR UPDATE
  USING (app.works_in(clinic_id)) WITH CHECK (app.works_in(clinic_id));
GRANT SELECT, INSERT ON labs_importbatch TO calcidiol_web;
GRANT UPDATE (added, already_here, held, refused, people_created)
  ON labs_importbatch TO calcidiol_web;

ALTER TABLE labs_importrow ENABLE ROW LEVEL SECURITY;
CREATE POLICY import_row_read ON labs_importrow FOR SELECT
  USING (EXISTS (SELECT 1 FROM labs_importbatch AS batch
                 WHERE batch.id = batch_id AND app.works_in(batch.clinic_id)));
CREATE POLICY import_row_add ON labs_importrow FOR INSERT
  WITH CHECK (EXISTS (SELECT 1 FROM labs_importbatch AS batch
                      WHERE batch.id = batch_id AND app.works_in(batch.clinic_id)));
GRANT SELECT, INSERT ON labs_importrow TO calcidiol_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO calcidiol_web;

CREATE TRIGGER result_is_never_changed BEFORE UPDATE
  ON labs_labresult FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER target_is_never_changed BEFORE UPDATE
  ON labs_target FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER health_fact_is_never_changed BEFORE UPDATE
  ON labs_healthfact FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
"""

DROP_POLICIES = """
DROP TRIGGER health_fact_is_never_changed ON labs_healthfact;
DROP TRIGGER target_is_never_changed ON labs_target;
DROP TRIGGER result_is_never_changed ON labs_labresult;
DROP POLICY import_row_add ON labs_importrow;
DROP POLICY import_row_read ON labs_importrow;
DROP POLICY batch_count ON labs_importbatch;
DROP POLICY batch_add ON labs_importbatch;
DROP POLICY batch_read ON labs_importbatch;
DROP POLICY health_add ON labs_healthfact;
DROP POLICY health_read ON labs_healthfact;
DROP POLICY period_end ON labs_supplementperiod;
DROP POLICY period_add ON labs_supplementperiod;
DROP POLICY period_read ON labs_supplementperiod;
DROP POLICY ingredient_add ON labs_supplementingredient;
DROP POLICY ingredient_read ON labs_supplementingredient;
DROP POLICY product_add ON labs_supplementproduct;
DROP POLICY product_read ON labs_supplementproduct;
DROP POLICY target_add ON labs_target;
DROP POLICY target_read ON labs_target;
DROP POLICY result_add ON labs_labresult;
DROP POLICY result_read ON labs_labresult;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("labs", "0001_initial"),
        ("accounts", "0002_row_level_security"),
    ]

    operations = [migrations.RunSQL(POLICIES, DROP_POLICIES)]
