#import "shell/Screens.h"

#import "shell/HistoryViewController.h"
#import "shell/PicturePicker.h"
#import "shell/ProductViewController.h"
#import "shell/SettingsViewController.h"

@implementation Screens {
  __weak UIViewController* _host;
  LiveView* _live;
  Services* _services;
  PicturePicker* _picker;
  // The product that waits for another view from the camera.
  ProductViewController* _waiting;
}

- (instancetype)initWithHost:(UIViewController*)host
                        live:(LiveView*)live
                    services:(Services*)services {
  self = [super init];
  if (self) {
    _host = host;
    _live = live;
    _services = services;
    _picker = [[PicturePicker alloc] init];
  }
  return self;
}

- (void)showHistory {
  [self push:[[HistoryViewController alloc] initWithHistory:_services.history]];
}

// A sheet, so that the camera goes on below and the numbers are of now.
- (void)showSettings {
  UINavigationController* sheet = [[UINavigationController alloc]
      initWithRootViewController:[[SettingsViewController alloc] initWithServices:_services]];
  UISheetPresentationController* place = sheet.sheetPresentationController;
  place.detents = @[
    [UISheetPresentationControllerDetent mediumDetent],
    [UISheetPresentationControllerDetent largeDetent]
  ];
  place.prefersGrabberVisible = YES;
  // Otherwise it would cover a phone held sideways, and the camera would stop.
  place.prefersEdgeAttachedInCompactHeight = YES;
  [_host presentViewController:sheet animated:YES completion:nil];
}

- (void)pick {
  UIViewController* host = _host;
  if (!host) return;
  const NSUInteger missing = _waiting ? _waiting.missing : _services.recognizer.mostViews;
  _picker.reading = self.reading;
  __weak Screens* weakSelf = self;
  [_picker pickAtMost:missing
                above:host
           completion:^(NSArray<Picture*>* pictures) {
             [weakSelf showPictures:pictures];
           }];
}

- (void)showPictures:(NSArray<Picture*>*)pictures {
  ProductViewController* product = _waiting ?: [self newProduct];
  [product addPictures:pictures];
  [self stopWaiting];
  [self push:product];
}

- (ProductViewController*)newProduct {
  ProductViewController* product = [[ProductViewController alloc] initWithServices:_services];
  if (!self.hasCamera) return product;
  __weak Screens* weakSelf = self;
  product.takeView = ^(ProductViewController* asking) {
    [weakSelf waitFor:asking];
  };
  return product;
}

#pragma mark - Another view

- (void)waitFor:(ProductViewController*)product {
  _waiting = product;
  NSString* task =
      [NSString localizedStringWithFormat:NSLocalizedString(
                                              @"Show another side of the product (view %lu)", nil),
                                          static_cast<unsigned long>(product.count + 1)];
  __weak Screens* weakSelf = self;
  [_live showTask:task
           cancel:^{
             [weakSelf giveUpWaiting];
           }];
  [_host.navigationController popToViewController:_host animated:YES];
}

- (void)giveUpWaiting {
  ProductViewController* product = _waiting;
  [self stopWaiting];
  if (product) [self push:product];
}

- (void)stopWaiting {
  _waiting = nil;
  [_live showTask:nil cancel:nil];
}

- (void)push:(UIViewController*)screen {
  [_host.navigationController pushViewController:screen animated:YES];
}

@end
