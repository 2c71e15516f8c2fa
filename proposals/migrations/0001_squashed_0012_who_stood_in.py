"""Everything about proposals, in one step for a new municipality: 0001 to 0012 as they stand together, and the database's own guards (R18)."""

import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
import trepart.audit.operations
import trepart.clock
import uuid
from django.conf import settings
from django.db import migrations, models


#: No conclusion without an answer to the proposer (R18), no recommended case without the recommendation.
FUNCTIONS = """
CREATE FUNCTION proposals_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('considered', 'awaiting_council', 'adopted', 'implemented', 'declined', 'merged', 'elsewhere')
       AND NOT EXISTS (
           SELECT 1 FROM proposals_feedback f WHERE f.proposal_id = NEW.id AND f.event_id = NEW.status_event_id
       ) THEN
        RAISE EXCEPTION 'proposal % cannot be % without an answer to the proposer', NEW.id, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposals_no_end_without_answer';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION proposals_guard_recommendation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome = 'recommended'
       AND EXISTS (SELECT 1 FROM proposals_proposal p WHERE p.case_id = NEW.case_id)
       AND NOT EXISTS (
           SELECT 1 FROM forum_referral r
           WHERE r.sent_by_id = NEW.id AND r.recommendation <> '' AND r.recommended_by_id = NEW.body_id
       ) THEN
        RAISE EXCEPTION 'referral % cannot be sent on with a recommendation that is not there', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposals_no_sending_without_recommendation';
    END IF;
    RETURN NULL;
END $$;

-- Looked at when the transaction ends: by then the step has written everything that belongs to it.
CREATE CONSTRAINT TRIGGER guard_answer AFTER INSERT OR UPDATE OF status, status_event_id ON proposals_proposal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION proposals_guard_answer();
CREATE CONSTRAINT TRIGGER guard_recommendation AFTER INSERT OR UPDATE OF outcome ON forum_referral
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION proposals_guard_recommendation();
"""

REVERSE = """
DROP TRIGGER guard_answer ON proposals_proposal;
DROP TRIGGER guard_recommendation ON forum_referral;
DROP FUNCTION proposals_guard_answer();
DROP FUNCTION proposals_guard_recommendation();
"""

#: Search in words the database has worked out once (docs/performance.md).
WORDS = """
ALTER TABLE proposals_proposal ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('norwegian'::regconfig, coalesce(title, '') || ' ' || coalesce(what, '') || ' ' || coalesce(why, ''))
) STORED;
CREATE INDEX proposals_stored_words ON proposals_proposal USING gin (words);
"""
GONE = "DROP INDEX proposals_stored_words; ALTER TABLE proposals_proposal DROP COLUMN words;"


class Migration(migrations.Migration):

    replaces = [('proposals', '0001_initial'), ('proposals', '0002_guards'), ('proposals', '0003_follow_up'), ('proposals', '0004_no_end_without_answer'), ('proposals', '0005_search'), ('proposals', '0006_everybody_in'), ('proposals', '0007_guards_elsewhere'), ('proposals', '0008_draft_file_digest'), ('proposals', '0009_fast_lists'), ('proposals', '0010_line_leaders'), ('proposals', '0011_on_paper'), ('proposals', '0012_who_stood_in')]

    initial = True

    dependencies = [
        ('access', '__first__'),
        ('audit', '0003_unsealed'),
        ('forum', '0001_initial'),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(
        ),
        migrations.CreateModel(
            name='HistoricalIntake',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                ('origin', models.CharField(choices=[('employee', 'an employee'), ('citizen', 'a citizen'), ('association', 'an association'), ('village_council', 'a village council'), ('part', 'one of the three parts')], db_index=True, max_length=20, verbose_name='proposals from')),
                ('kind', models.CharField(choices=[('unit_lmu', "the proposer's workplace: its LMU, or its leader where it has none"), ('body', 'one body for all')], max_length=10, verbose_name='enter with')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('body', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.body', verbose_name='body')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical way in',
                'verbose_name_plural': 'historical ways in',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPosition',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                ('part', models.CharField(blank=True, choices=[('elected', 'elected politicians'), ('administration', 'administration'), ('union', 'union representatives')], max_length=20, verbose_name='part')),
                ('text', models.TextField(verbose_name='position')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('membership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.membership')),
                ('referral', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.referral')),
                ('stand_in', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.standin')),
            ],
            options={
                'verbose_name': 'historical position',
                'verbose_name_plural': 'historical positions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(editable=False, max_length=40, verbose_name='status')),
                ('on_paper', models.BooleanField(db_default=False, default=False, verbose_name='came on paper')),
                ('origin', models.CharField(choices=[('employee', 'an employee'), ('citizen', 'a citizen'), ('association', 'an association'), ('village_council', 'a village council'), ('part', 'one of the three parts')], default='employee', max_length=20, verbose_name='comes from')),
                ('association', models.CharField(blank=True, max_length=120, verbose_name='association')),
                ('part', models.CharField(blank=True, choices=[('elected', 'elected politicians'), ('administration', 'administration'), ('union', 'union representatives')], max_length=20, verbose_name='part')),
                ('place', models.CharField(blank=True, max_length=120, verbose_name='place')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('what', models.TextField(max_length=5000, verbose_name='what do you propose?')),
                ('why', models.TextField(max_length=5000, verbose_name='why?')),
                ('expected_effect', models.TextField(blank=True, max_length=5000, verbose_name='what will get better?')),
                ('several_workplaces', models.BooleanField(default=False, verbose_name='it concerns several workplaces')),
                ('needs_grant', models.BooleanField(default=False, verbose_name='it needs a grant')),
                ('grant_amount', models.PositiveIntegerField(blank=True, null=True, verbose_name='how much, in kroner')),
                ('affects_users', models.BooleanField(default=False, verbose_name='it affects the users of the service')),
                ('show_name', models.BooleanField(default=False, verbose_name='my name may be shown')),
                ('assessed_several', models.BooleanField(blank=True, null=True, verbose_name='concerns several workplaces')),
                ('assessed_grant', models.BooleanField(blank=True, null=True, verbose_name='needs a grant')),
                ('assessment', models.TextField(blank=True, verbose_name='assessment')),
                ('submitted_at', models.DateTimeField(default=trepart.clock.now, verbose_name='sent in')),
                ('submission_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='to be done by')),
                ('council_decision', models.TextField(blank=True, verbose_name='what the municipal council decided')),
                ('council_decided_on', models.DateField(blank=True, null=True, verbose_name='decided by the municipal council')),
                ('ask_council_on', models.DateField(blank=True, null=True, verbose_name='ask the municipal council again')),
                ('carried_out_on', models.DateField(blank=True, null=True, verbose_name='carried out')),
                ('effect', models.TextField(blank=True, verbose_name='what came of it')),
                ('effect_saved', models.IntegerField(blank=True, null=True, verbose_name='money saved, kroner a year')),
                ('effect_absence', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='change in sickness absence, percentage points')),
                ('adopted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adopted_proposals', to='forum.body')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='proposal', to='forum.case')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='proposals.proposal')),
                ('on_behalf_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='raised_proposals', to='forum.body', verbose_name='raised by')),
                ('proposer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to=settings.AUTH_USER_MODEL, verbose_name='proposer')),
                ('responsible', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to=settings.AUTH_USER_MODEL, verbose_name='responsible')),
                ('responsible_unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='forum.unit', verbose_name='responsible unit')),
                ('status_event', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.event')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='forum.unit', verbose_name='workplace')),
            ],
            options={
                'verbose_name': 'proposal',
                'verbose_name_plural': 'proposals',
                'ordering': ['-submitted_at', '-id'],
                'indexes': [models.Index(fields=['status', '-submitted_at'], name='proposals_status'), models.Index(fields=['proposer', '-submitted_at'], name='proposals_proposer'), models.Index(fields=['-submitted_at', '-id'], name='proposals_newest'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('title'), name='gin_trgm_ops'), name='proposals_title_likeness')],
                'constraints': [models.CheckConstraint(condition=models.Q(('proposer__isnull', False), ('on_paper', True), _connector='OR'), name='proposals_from_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('origin', 'employee'), ('unit__isnull', False)), models.Q(models.Q(('origin', 'employee'), _negated=True), ('unit__isnull', True)), _connector='OR'), name='proposals_employee_has_workplace'), models.CheckConstraint(condition=models.Q(models.Q(('on_behalf_of__isnull', False), ('origin', 'village_council')), models.Q(models.Q(('origin', 'village_council'), _negated=True), ('on_behalf_of__isnull', True)), _connector='OR'), name='proposals_village_council_named'), models.CheckConstraint(condition=models.Q(models.Q(('origin', 'association'), models.Q(('association', ''), _negated=True)), models.Q(models.Q(('origin', 'association'), _negated=True), ('association', '')), _connector='OR'), name='proposals_association_named'), models.CheckConstraint(condition=models.Q(models.Q(('origin', 'part'), models.Q(('part', ''), _negated=True)), models.Q(models.Q(('origin', 'part'), _negated=True), ('part', '')), _connector='OR'), name='proposals_part_named'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'merged'), _negated=True), ('merged_into__isnull', False), _connector='OR'), name='proposals_merged_into_something'), models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='proposals_not_merged_into_itself'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'adopted'), _negated=True), models.Q(('responsible__isnull', False), ('due_on__isnull', False)), _connector='OR'), name='proposals_adopted_has_responsible'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'implemented'), _negated=True), models.Q(models.Q(('effect', ''), _negated=True), ('carried_out_on__isnull', False)), _connector='OR'), name='proposals_carried_out_with_effect'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'awaiting_council'), _negated=True), ('ask_council_on__isnull', False), _connector='OR'), name='proposals_awaiting_council_until_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ProgressReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='how it goes')),
                ('new_due_on', models.DateField(blank=True, null=True, verbose_name='new date')),
                ('reported_at', models.DateTimeField(default=trepart.clock.now)),
                ('reported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='proposals.proposal')),
            ],
            options={
                'verbose_name': 'progress report',
                'verbose_name_plural': 'progress reports',
                'ordering': ['-reported_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PaperSender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('address', models.TextField(blank=True, max_length=300, verbose_name='postal address')),
                ('telephone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('language', models.CharField(blank=True, max_length=7, verbose_name='language')),
                ('received_on', models.DateField(verbose_name='received')),
                ('entered_at', models.DateTimeField(default=trepart.clock.now, verbose_name='entered')),
                ('linked_at', models.DateTimeField(blank=True, null=True, verbose_name='tied to an account')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='contact details erased')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paper', to='proposals.proposal')),
            ],
            options={
                'verbose_name': 'sender of a proposal on paper',
                'verbose_name_plural': 'senders of proposals on paper',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('erased_at__isnull', True), models.Q(('address', ''), ('telephone', ''), _negated=True)), models.Q(('address', ''), ('erased_at__isnull', False), ('telephone', '')), _connector='OR'), name='proposals_paper_reached_until_erased')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=100)),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('text', models.TextField(verbose_name='text')),
                ('language', models.CharField(max_length=7)),
                ('written_at', models.DateTimeField(default=trepart.clock.now, verbose_name='written')),
                ('due_on', models.DateField(verbose_name='to be sent by')),
                ('how', models.CharField(blank=True, choices=[('post', 'sent by post'), ('by_hand', 'handed over'), ('account', 'read in the portal')], max_length=10, verbose_name='how')),
                ('sent_on', models.DateField(blank=True, null=True, verbose_name='sent')),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.body')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.event')),
                ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='proposals.proposal')),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
                'ordering': ['written_at', 'id'],
                'indexes': [models.Index(condition=models.Q(('sent_on__isnull', True)), fields=['due_on', 'id'], name='proposals_letter_waiting')],
                'constraints': [models.UniqueConstraint(fields=('event', 'proposal', 'kind'), name='proposals_letter_once'), models.CheckConstraint(condition=models.Q(models.Q(('how', ''), ('sent_by__isnull', True), ('sent_on__isnull', True)), models.Q(('sent_by__isnull', False), ('sent_on__isnull', False), models.Q(('how', ''), _negated=True)), _connector='OR'), name='proposals_letter_sent_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalProposal',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                ('status', models.CharField(editable=False, max_length=40, verbose_name='status')),
                ('on_paper', models.BooleanField(db_default=False, default=False, verbose_name='came on paper')),
                ('origin', models.CharField(choices=[('employee', 'an employee'), ('citizen', 'a citizen'), ('association', 'an association'), ('village_council', 'a village council'), ('part', 'one of the three parts')], default='employee', max_length=20, verbose_name='comes from')),
                ('association', models.CharField(blank=True, max_length=120, verbose_name='association')),
                ('part', models.CharField(blank=True, choices=[('elected', 'elected politicians'), ('administration', 'administration'), ('union', 'union representatives')], max_length=20, verbose_name='part')),
                ('place', models.CharField(blank=True, max_length=120, verbose_name='place')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('what', models.TextField(max_length=5000, verbose_name='what do you propose?')),
                ('why', models.TextField(max_length=5000, verbose_name='why?')),
                ('expected_effect', models.TextField(blank=True, max_length=5000, verbose_name='what will get better?')),
                ('several_workplaces', models.BooleanField(default=False, verbose_name='it concerns several workplaces')),
                ('needs_grant', models.BooleanField(default=False, verbose_name='it needs a grant')),
                ('grant_amount', models.PositiveIntegerField(blank=True, null=True, verbose_name='how much, in kroner')),
                ('affects_users', models.BooleanField(default=False, verbose_name='it affects the users of the service')),
                ('show_name', models.BooleanField(default=False, verbose_name='my name may be shown')),
                ('assessed_several', models.BooleanField(blank=True, null=True, verbose_name='concerns several workplaces')),
                ('assessed_grant', models.BooleanField(blank=True, null=True, verbose_name='needs a grant')),
                ('assessment', models.TextField(blank=True, verbose_name='assessment')),
                ('submitted_at', models.DateTimeField(default=trepart.clock.now, verbose_name='sent in')),
                ('submission_key', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='to be done by')),
                ('council_decision', models.TextField(blank=True, verbose_name='what the municipal council decided')),
                ('council_decided_on', models.DateField(blank=True, null=True, verbose_name='decided by the municipal council')),
                ('ask_council_on', models.DateField(blank=True, null=True, verbose_name='ask the municipal council again')),
                ('carried_out_on', models.DateField(blank=True, null=True, verbose_name='carried out')),
                ('effect', models.TextField(blank=True, verbose_name='what came of it')),
                ('effect_saved', models.IntegerField(blank=True, null=True, verbose_name='money saved, kroner a year')),
                ('effect_absence', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='change in sickness absence, percentage points')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('adopted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.body')),
                ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.case')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on_behalf_of', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.body', verbose_name='raised by')),
                ('proposer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposer')),
                ('responsible', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='responsible')),
                ('responsible_unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.unit', verbose_name='responsible unit')),
                ('status_event', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.event')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.unit', verbose_name='workplace')),
                ('merged_into', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='proposals.proposal')),
            ],
            options={
                'verbose_name': 'historical proposal',
                'verbose_name_plural': 'historical proposals',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalProgressReport',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                ('text', models.TextField(verbose_name='how it goes')),
                ('new_due_on', models.DateField(blank=True, null=True, verbose_name='new date')),
                ('reported_at', models.DateTimeField(default=trepart.clock.now)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reported_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='proposals.proposal')),
            ],
            options={
                'verbose_name': 'historical progress report',
                'verbose_name_plural': 'historical progress reports',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPaperSender',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('event_id', models.BigIntegerField(db_index=True, editable=False, null=True)),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('address', models.TextField(blank=True, max_length=300, verbose_name='postal address')),
                ('telephone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('language', models.CharField(blank=True, max_length=7, verbose_name='language')),
                ('received_on', models.DateField(verbose_name='received')),
                ('entered_at', models.DateTimeField(default=trepart.clock.now, verbose_name='entered')),
                ('linked_at', models.DateTimeField(blank=True, null=True, verbose_name='tied to an account')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='contact details erased')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('entered_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='proposals.proposal')),
            ],
            options={
                'verbose_name': 'historical sender of a proposal on paper',
                'verbose_name_plural': 'historical senders of proposals on paper',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalLetter',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('kind', models.CharField(max_length=100)),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('text', models.TextField(verbose_name='text')),
                ('language', models.CharField(max_length=7)),
                ('written_at', models.DateTimeField(default=trepart.clock.now, verbose_name='written')),
                ('due_on', models.DateField(verbose_name='to be sent by')),
                ('how', models.CharField(blank=True, choices=[('post', 'sent by post'), ('by_hand', 'handed over'), ('account', 'read in the portal')], max_length=10, verbose_name='how')),
                ('sent_on', models.DateField(blank=True, null=True, verbose_name='sent')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('body', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.body')),
                ('event', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.event')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
                ('proposal', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='proposals.proposal')),
            ],
            options={
                'verbose_name': 'historical letter',
                'verbose_name_plural': 'historical letters',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalFeedback',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('adopted', 'will be carried out'), ('implemented', 'carried out'), ('considered', 'considered further'), ('declined', 'declined'), ('on_its_way', 'on its way'), ('elsewhere', 'belongs elsewhere')], max_length=12, verbose_name='outcome')),
                ('text', models.TextField(verbose_name='answer')),
                ('given_at', models.DateTimeField(default=trepart.clock.now)),
                ('expected_on', models.DateField(blank=True, null=True, verbose_name='expected')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('body', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forum.body')),
                ('event', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.event')),
                ('given_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='proposals.proposal')),
            ],
            options={
                'verbose_name': 'historical feedback',
                'verbose_name_plural': 'historical feedback',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('adopted', 'will be carried out'), ('implemented', 'carried out'), ('considered', 'considered further'), ('declined', 'declined'), ('on_its_way', 'on its way'), ('elsewhere', 'belongs elsewhere')], max_length=12, verbose_name='outcome')),
                ('text', models.TextField(verbose_name='answer')),
                ('given_at', models.DateTimeField(default=trepart.clock.now)),
                ('expected_on', models.DateField(blank=True, null=True, verbose_name='expected')),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.body')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.event')),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='proposals.proposal')),
            ],
            options={
                'verbose_name': 'feedback',
                'verbose_name_plural': 'feedback',
                'ordering': ['-given_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='proposals_feedback_says_something')],
            },
        ),
        migrations.CreateModel(
            name='ProposalDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('submission_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('words', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('proof', models.CharField(blank=True, editable=False, max_length=64)),
                ('created_at', models.DateTimeField(default=trepart.clock.now)),
                ('changed_at', models.DateTimeField(default=trepart.clock.now)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proposal_drafts', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='proposals.proposal')),
            ],
            options={
                'verbose_name': 'kept proposal',
                'verbose_name_plural': 'kept proposals',
                'ordering': ['-changed_at', '-id'],
                'indexes': [models.Index(fields=['changed_at'], name='proposals_draft_age')],
                'constraints': [models.CheckConstraint(condition=models.Q(('proposal__isnull', True), ('words', {}), _connector='OR'), name='proposals_draft_emptied_when_sent')],
            },
        ),
        migrations.CreateModel(
            name='DraftFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('file', models.FileField(upload_to='drafts/')),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='proposals.proposaldraft')),
            ],
            options={
                'verbose_name': 'file of a kept proposal',
                'verbose_name_plural': 'files of kept proposals',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('draft', 'sha256'), name='proposals_draft_file_once')],
            },
        ),
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('employee', 'an employee'), ('citizen', 'a citizen'), ('association', 'an association'), ('village_council', 'a village council'), ('part', 'one of the three parts')], max_length=20, unique=True, verbose_name='proposals from')),
                ('kind', models.CharField(choices=[('unit_lmu', "the proposer's workplace: its LMU, or its leader where it has none"), ('body', 'one body for all')], max_length=10, verbose_name='enter with')),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.body', verbose_name='body')),
            ],
            options={
                'verbose_name': 'way in',
                'verbose_name_plural': 'ways in',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('body__isnull', True), ('kind', 'unit_lmu')), models.Q(('body__isnull', False), ('kind', 'body')), _connector='OR'), name='proposals_intake_body'), models.CheckConstraint(condition=models.Q(('origin', 'employee'), ('kind', 'body'), _connector='OR'), name='proposals_intake_workplace_of_employees')],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(blank=True, choices=[('elected', 'elected politicians'), ('administration', 'administration'), ('union', 'union representatives')], max_length=20, verbose_name='part')),
                ('text', models.TextField(verbose_name='position')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.membership')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='forum.referral')),
                ('stand_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.standin')),
            ],
            options={
                'verbose_name': 'position',
                'verbose_name_plural': 'positions',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('referral', 'membership'), name='proposals_position_once')],
            },
        ),
        migrations.RunSQL(WORDS, GONE),
        migrations.RunSQL(FUNCTIONS, REVERSE),
        trepart.audit.operations.GuardStatus(
            model_name='proposal',
            edges=(('', 'received'), ('adopted', 'declined'), ('adopted', 'implemented'), ('awaiting_council', 'adopted'), ('awaiting_council', 'awaiting_council'), ('awaiting_council', 'declined'), ('considered', 'adopted'), ('considered', 'awaiting_council'), ('considered', 'considered'), ('considered', 'declined'), ('considered', 'implemented'), ('considered', 'in_treatment'), ('considered', 'merged'), ('considered', 'withdrawn'), ('in_treatment', 'adopted'), ('in_treatment', 'awaiting_council'), ('in_treatment', 'considered'), ('in_treatment', 'declined'), ('in_treatment', 'elsewhere'), ('in_treatment', 'implemented'), ('in_treatment', 'in_treatment'), ('in_treatment', 'merged'), ('in_treatment', 'received'), ('in_treatment', 'withdrawn'), ('received', 'elsewhere'), ('received', 'in_treatment'), ('received', 'merged'), ('received', 'received'), ('received', 'withdrawn')),
        ),
    ]
