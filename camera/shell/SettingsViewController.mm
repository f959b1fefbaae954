#import "shell/SettingsViewController.h"

#import "shell/Diagnostics.h"
#import "shell/SettingsRow.h"
#import "shell/Text.h"
#import "shell/TextViewController.h"

static NSString* const kCell = @"row";

@implementation SettingsViewController {
  Services* _services;
  UISwitch* _recording;
  NSArray<NSArray<SettingsRow*>*>* _sections;
  NSString* _card;
  NSTimer* _timer;
  double _framesPerSecond;
  double _milliseconds;
}

- (instancetype)initWithServices:(Services*)services {
  self = [super initWithStyle:UITableViewStyleInsetGrouped];
  if (self) _services = services;
  return self;
}

- (void)viewDidLoad {
  [super viewDidLoad];
  self.title = NSLocalizedString(@"Settings", nil);
  [self.tableView registerClass:[UITableViewCell class] forCellReuseIdentifier:kCell];
  __weak SettingsViewController* weakSelf = self;
  UIAction* done = [UIAction actionWithTitle:NSLocalizedString(@"Done", nil)
                                       image:nil
                                  identifier:nil
                                     handler:^(UIAction* tapped) {
                                       [weakSelf dismissViewControllerAnimated:YES completion:nil];
                                     }];
  self.navigationItem.rightBarButtonItem = [[UIBarButtonItem alloc] initWithPrimaryAction:done];
  _card = [NSString stringWithContentsOfFile:Text(_services.settings.card_file)
                                    encoding:NSUTF8StringEncoding
                                       error:nil]
              ?: @"–";
  [self makeSwitch];
  [self makeSections];
}

- (void)makeSwitch {
  __weak SettingsViewController* weakSelf = self;
  _recording = [[UISwitch alloc] init];
  _recording.on = _services.recognizer.tensors.on;
  _recording.accessibilityLabel = NSLocalizedString(@"Save what the model is fed", nil);
  [_recording addAction:[UIAction actionWithHandler:^(UIAction* switched) {
                [weakSelf recordingSwitched];
              }]
       forControlEvents:UIControlEventValueChanged];
}

- (void)recordingSwitched {
  _services.recognizer.tensors.on = _recording.on;
}

#pragma mark - Once a second

- (void)viewWillAppear:(BOOL)animated {
  [super viewWillAppear:animated];
  __weak SettingsViewController* weakSelf = self;
  _timer = [NSTimer scheduledTimerWithTimeInterval:1
                                           repeats:YES
                                             block:^(NSTimer* timer) {
                                               [weakSelf measure];
                                             }];
  [self measure];
}

- (void)viewDidDisappear:(BOOL)animated {
  [super viewDidDisappear:animated];
  [_timer invalidate];
  _timer = nil;
}

- (void)measure {
  __weak SettingsViewController* weakSelf = self;
  [_services.recognizer measureSpeed:^(double framesPerSecond, double milliseconds) {
    [weakSelf showFramesPerSecond:framesPerSecond milliseconds:milliseconds];
  }];
}

// The cells stay, and VoiceOver where it is in them.
- (void)showFramesPerSecond:(double)framesPerSecond milliseconds:(double)milliseconds {
  _framesPerSecond = framesPerSecond;
  _milliseconds = milliseconds;
  [self makeSections];
  NSArray<NSIndexPath*>* shown = self.tableView.indexPathsForVisibleRows;
  if (shown) [self.tableView reconfigureRowsAtIndexPaths:shown];
}

#pragma mark - The lines

- (void)makeSections {
  _sections = @[ [self speedRows], [self memoryRows], [self modelRows], [self tensorRows] ];
}

- (NSArray<SettingsRow*>*)speedRows {
  return @[
    [SettingsRow rowWithTitle:NSLocalizedString(@"Frames per second", nil)
                        value:NumberText(_framesPerSecond)],
    [SettingsRow rowWithTitle:NSLocalizedString(@"Milliseconds per inference", nil)
                        value:NumberText(_milliseconds)],
    [SettingsRow rowWithTitle:NSLocalizedString(@"Thermal state", nil)
                        value:HeatText(_services.device.heat)],
  ];
}

- (NSArray<SettingsRow*>*)memoryRows {
  return @[
    [SettingsRow rowWithTitle:NSLocalizedString(@"Memory used", nil) value:MemoryUsedText()],
    [SettingsRow rowWithTitle:NSLocalizedString(@"Memory left", nil) value:MemoryLeftText()],
    [SettingsRow rowWithTitle:NSLocalizedString(@"Memory warnings", nil)
                        value:NumberText(static_cast<double>(_services.device.memoryWarnings))],
  ];
}

- (NSArray<SettingsRow*>*)modelRows {
  NSString* file = Text(_services.settings.model.file).lastPathComponent;
  return @[
    [self rowWithTitle:NSLocalizedString(@"Model", nil) value:file text:file],
    [self rowWithTitle:@"SHA-256"
                 value:Text(_services.settings.model_digest)
                  text:Text(_services.settings.model_digest)],
    [self rowWithTitle:NSLocalizedString(@"Card", nil) value:@"" text:_card],
  ];
}

// A line that opens the whole of a text.
- (SettingsRow*)rowWithTitle:(NSString*)title value:(NSString*)value text:(NSString*)text {
  SettingsRow* row = [SettingsRow rowWithTitle:title value:value];
  __weak SettingsViewController* weakSelf = self;
  row.action = ^{
    [weakSelf.navigationController
        pushViewController:[[TextViewController alloc] initWithTitle:title text:text]
                  animated:YES];
  };
  return row;
}

- (NSArray<SettingsRow*>*)tensorRows {
  SettingsRow* record =
      [SettingsRow rowWithTitle:NSLocalizedString(@"Save what the model is fed", nil)
                          value:_services.recognizer.tensors.problem ?: @""];
  record.accessory = _recording;
  const NSUInteger count = [_services.recognizer.tensors files].count;
  NSString* saved =
      [NSString localizedStringWithFormat:NSLocalizedString(@"%lu tensors", nil), count];
  SettingsRow* share = [SettingsRow rowWithTitle:NSLocalizedString(@"Share", nil) value:saved];
  __weak SettingsViewController* weakSelf = self;
  if (count > 0) {
    share.action = ^{
      [weakSelf share];
    };
  }
  return @[ record, share ];
}

- (void)share {
  NSArray<NSURL*>* files = [_services.recognizer.tensors files];
  if (files.count == 0) return;
  UIActivityViewController* sharing = [[UIActivityViewController alloc] initWithActivityItems:files
                                                                        applicationActivities:nil];
  // Only an iPad asks where to put it.
  sharing.popoverPresentationController.sourceView = self.view;
  [self presentViewController:sharing animated:YES completion:nil];
}

#pragma mark - UITableViewDataSource and UITableViewDelegate

- (NSInteger)numberOfSectionsInTableView:(UITableView*)tableView {
  return static_cast<NSInteger>(_sections.count);
}

- (NSInteger)tableView:(UITableView*)tableView numberOfRowsInSection:(NSInteger)section {
  return static_cast<NSInteger>(_sections[static_cast<NSUInteger>(section)].count);
}

- (SettingsRow*)rowAt:(NSIndexPath*)indexPath {
  return _sections[static_cast<NSUInteger>(indexPath.section)]
                  [static_cast<NSUInteger>(indexPath.row)];
}

- (UITableViewCell*)tableView:(UITableView*)tableView
        cellForRowAtIndexPath:(NSIndexPath*)indexPath {
  UITableViewCell* cell = [tableView dequeueReusableCellWithIdentifier:kCell
                                                          forIndexPath:indexPath];
  SettingsRow* row = [self rowAt:indexPath];
  UIListContentConfiguration* content = [UIListContentConfiguration valueCellConfiguration];
  content.text = row.title;
  content.secondaryText = row.value;
  cell.contentConfiguration = content;
  cell.accessoryView = row.accessory;
  cell.accessoryType =
      row.action ? UITableViewCellAccessoryDisclosureIndicator : UITableViewCellAccessoryNone;
  cell.selectionStyle =
      row.action ? UITableViewCellSelectionStyleDefault : UITableViewCellSelectionStyleNone;
  return cell;
}

- (void)tableView:(UITableView*)tableView didSelectRowAtIndexPath:(NSIndexPath*)indexPath {
  [tableView deselectRowAtIndexPath:indexPath animated:YES];
  SettingsRow* row = [self rowAt:indexPath];
  if (row.action) row.action();
}

@end
