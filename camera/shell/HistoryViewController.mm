#import "shell/HistoryViewController.h"

#import "shell/AnswerText.h"
#import "shell/Labels.h"
#import "shell/Links.h"
#import "shell/Text.h"

static NSString* const kCell = @"sighting";

@implementation HistoryViewController {
  HistoryStore* _history;
  UIBarButtonItem* _clearButton;
}

- (instancetype)initWithHistory:(HistoryStore*)history {
  self = [super initWithStyle:UITableViewStyleInsetGrouped];
  if (self) _history = history;
  return self;
}

- (void)viewDidLoad {
  [super viewDidLoad];
  self.title = NSLocalizedString(@"History", nil);
  [self.tableView registerClass:[UITableViewCell class] forCellReuseIdentifier:kCell];
  __weak HistoryViewController* weakSelf = self;
  _clearButton = [[UIBarButtonItem alloc]
      initWithPrimaryAction:[UIAction actionWithTitle:NSLocalizedString(@"Clear", nil)
                                                image:nil
                                           identifier:nil
                                              handler:^(UIAction* tapped) {
                                                [weakSelf askToClear];
                                              }]];
  self.navigationItem.rightBarButtonItem = _clearButton;
}

- (void)viewWillAppear:(BOOL)animated {
  [super viewWillAppear:animated];
  [self.navigationController setNavigationBarHidden:NO animated:animated];
  [self.navigationController setToolbarHidden:YES animated:animated];
  [self reload];
}

- (void)reload {
  const BOOL empty = _history.sightings.empty();
  _clearButton.enabled = !empty;
  self.tableView.backgroundView = empty ? [self emptyView] : nil;
  [self.tableView reloadData];
}

- (UIView*)emptyView {
  UILabel* label = MakeLabel(UIFontTextStyleBody);
  label.text = NSLocalizedString(@"Nothing was seen yet", nil);
  label.textColor = [UIColor secondaryLabelColor];
  label.textAlignment = NSTextAlignmentCenter;
  return label;
}

- (void)askToClear {
  UIAlertController* question =
      [UIAlertController alertControllerWithTitle:NSLocalizedString(@"Clear the history?", nil)
                                          message:NSLocalizedString(@"This cannot be undone.", nil)
                                   preferredStyle:UIAlertControllerStyleAlert];
  __weak HistoryViewController* weakSelf = self;
  [question addAction:[UIAlertAction actionWithTitle:NSLocalizedString(@"Cancel", nil)
                                               style:UIAlertActionStyleCancel
                                             handler:nil]];
  [question addAction:[UIAlertAction actionWithTitle:NSLocalizedString(@"Clear", nil)
                                               style:UIAlertActionStyleDestructive
                                             handler:^(UIAlertAction* tapped) {
                                               [weakSelf clear];
                                             }]];
  [self presentViewController:question animated:YES completion:nil];
}

- (void)clear {
  [_history clear];
  [self reload];
}

#pragma mark - UITableViewDataSource

- (NSInteger)tableView:(UITableView*)tableView numberOfRowsInSection:(NSInteger)section {
  return static_cast<NSInteger>(_history.sightings.size());
}

- (NSString*)tableView:(UITableView*)tableView titleForFooterInSection:(NSInteger)section {
  return _history.problem;
}

- (UITableViewCell*)tableView:(UITableView*)tableView
        cellForRowAtIndexPath:(NSIndexPath*)indexPath {
  UITableViewCell* cell = [tableView dequeueReusableCellWithIdentifier:kCell
                                                          forIndexPath:indexPath];
  const shopcam::Sighting& sighting = [self sightingAt:indexPath];
  UIListContentConfiguration* content = [UIListContentConfiguration subtitleCellConfiguration];
  content.text = Text(sighting.name);
  content.secondaryText = [self detailOf:sighting];
  content.secondaryTextProperties.color = [UIColor secondaryLabelColor];
  cell.contentConfiguration = content;
  const BOOL open = ShopURL(sighting.shop_url) != nil;
  cell.accessoryType =
      open ? UITableViewCellAccessoryDisclosureIndicator : UITableViewCellAccessoryNone;
  cell.accessibilityTraits = open ? UIAccessibilityTraitButton : UIAccessibilityTraitStaticText;
  return cell;
}

- (const shopcam::Sighting&)sightingAt:(NSIndexPath*)indexPath {
  return _history.sightings[static_cast<size_t>(indexPath.row)];
}

- (NSString*)detailOf:(const shopcam::Sighting&)sighting {
  NSDate* date = [NSDate dateWithTimeIntervalSince1970:static_cast<double>(sighting.seconds)];
  NSString* when = [NSDateFormatter localizedStringFromDate:date
                                                  dateStyle:NSDateFormatterMediumStyle
                                                  timeStyle:NSDateFormatterShortStyle];
  NSString* line = [NSString stringWithFormat:@"%@ · %@", PercentText(sighting.confidence), when];
  NSString* path = PathText(sighting.path);
  return path.length > 0 ? [NSString stringWithFormat:@"%@\n%@", path, line] : line;
}

#pragma mark - UITableViewDelegate

- (void)tableView:(UITableView*)tableView didSelectRowAtIndexPath:(NSIndexPath*)indexPath {
  [tableView deselectRowAtIndexPath:indexPath animated:YES];
  OpenShop([self sightingAt:indexPath].shop_url, self);
}

@end
